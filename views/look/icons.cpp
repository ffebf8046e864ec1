// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/look/icons.h"

#include "views/look/style.h"
#include "views/look/theme.h"

#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

namespace xray::views {

namespace {

QByteArray readIcon(QLatin1String name)
{
    loadLookResources();
    QFile file(QStringLiteral(":/xray/icons/") + name + QStringLiteral(".svg"));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QColor colorOf(IconTone tone, const Theme &theme)
{
    switch (tone) {
    case IconTone::Muted:
        return theme.muted;
    case IconTone::Text:
        return theme.text;
    case IconTone::Accent:
        return theme.accent;
    case IconTone::Error:
        return theme.error;
    case IconTone::Warning:
        return theme.warning;
    case IconTone::Faint:
        return theme.faint;
    }
    return theme.text;
}

QColor colorOf(IconTone tone, QIcon::Mode mode, const Theme &theme)
{
    switch (mode) {
    case QIcon::Disabled:
        return theme.faint;
    case QIcon::Active:
        return tone == IconTone::Muted ? theme.text : colorOf(tone, theme);
    case QIcon::Normal:
    case QIcon::Selected:
        return colorOf(tone, theme);
    }
    return theme.text;
}

/// Draws `currentColor` of the drawing in the theme's colour of the moment.
class ThemedIconEngine final : public QIconEngine
{
public:
    ThemedIconEngine(QByteArray drawing, IconTone tone)
        : m_drawing(std::move(drawing))
        , m_tone(tone)
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        if (m_drawing.isEmpty())
            return;
        const QColor color = colorOf(m_tone, mode, themeFor(QGuiApplication::palette()));
        QByteArray drawing = m_drawing;
        drawing.replace("currentColor", color.name().toLatin1());
        QSvgRenderer(drawing).render(painter, rect);
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, pixmap.rect(), mode, state);
        return pixmap;
    }

    [[nodiscard]] QIconEngine *clone() const override { return new ThemedIconEngine(*this); }
    bool isNull() override { return m_drawing.isEmpty(); }

private:
    QByteArray m_drawing;
    IconTone m_tone;
};

} // namespace

QIcon icon(QLatin1String name, IconTone tone)
{
    return QIcon(new ThemedIconEngine(readIcon(name), tone));
}

QIcon appIcon()
{
    return icon(QLatin1String("xray"), IconTone::Text);
}

} // namespace xray::views
