// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/query_field.h"

#include "views/query/completion_popup.h"

#include <views/look/icons.h>

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QScopedValueRollback>
#include <QToolButton>

#include <algorithm>

namespace xray::views {

namespace {

constexpr int kHeight = 28;
constexpr int kIconSize = 14;
constexpr int kIconLeft = 9;
constexpr int kTextDrop = 3; ///< puts the middle of the letters beside that of the icon

/// Names that nobody knows in a text that is no query yet.
std::vector<query::QueryError> unknownNames(const QString &text, const query::Catalogue &catalogue)
{
    std::vector<query::QueryError> errors;
    for (const query::Token &token : query::tokens(text)) {
        const QString word = text.mid(token.range.offset, token.range.length);
        const auto outcome = token.kind == query::Token::Kind::Metric
                                 ? query::parse(word)
                                 : query::ParseOutcome(query::Query());
        const auto *query = std::get_if<query::Query>(&outcome);
        for (query::QueryError error :
             query ? query::check(*query, catalogue) : std::vector<query::QueryError>()) {
            error.range = token.range;
            errors.push_back(std::move(error));
        }
    }
    return errors;
}

/// In the order in which they stand.
std::vector<query::QueryError> errorsOf(const QString &text, const query::Catalogue *catalogue)
{
    const query::ParseOutcome outcome = query::parse(text);
    const auto *syntax = std::get_if<query::QueryError>(&outcome);
    if (!catalogue)
        return syntax ? std::vector{*syntax} : std::vector<query::QueryError>();
    if (!syntax)
        return query::check(std::get<query::Query>(outcome), *catalogue);
    auto errors = unknownNames(text, *catalogue);
    errors.push_back(*syntax);
    std::ranges::stable_sort(errors, {}, [](const auto &error) { return error.range.offset; });
    return errors;
}

QString textOf(const query::QueryError &error)
{
    return error.suggestion.isEmpty()
               ? error.message
               : QStringLiteral("%1 Did you mean “%2”?").arg(error.message, error.suggestion);
}

} // namespace

QueryField::QueryField(QWidget *parent)
    : QWidget(parent)
    , m_edit(new QueryEdit(this))
    , m_builder(new QToolButton(this))
{
    setFixedHeight(kHeight);
    setFocusProxy(m_edit);
    m_edit->setPlaceholderText(
        QStringLiteral("Ask across all pipelines: type = filter and percentage_eliminated > 90"));
    m_edit->setAccessibleName(QStringLiteral("Query"));
    m_builder->setText(QStringLiteral("Builder  Ctrl B"));
    m_builder->setToolTip(QStringLiteral("Build the query with menus and numbers (Ctrl+B)"));
    m_builder->setProperty("look", QStringLiteral("chip"));
    m_builder->setFont(smallFont());
    m_builder->setFocusPolicy(Qt::NoFocus);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(kIconLeft + kIconSize + 6, kTextDrop, 4, 0);
    row->setSpacing(6);
    row->addWidget(m_edit, 1);
    row->addWidget(m_builder);
    connect(m_builder, &QToolButton::clicked, this, &QueryField::builderRequested);
    connect(m_edit, &QPlainTextEdit::textChanged, this, &QueryField::takeText);
    connect(m_edit, &QueryEdit::keyPassed, this, &QueryField::takeKey);
    connect(m_edit, &QueryEdit::focusLeft, this, &QueryField::close);
    connect(qApp, &QApplication::focusChanged, this, qOverload<>(&QWidget::update)); // its border
}

QueryField::~QueryField() = default;

void QueryField::setText(const QString &text)
{
    const QScopedValueRollback showing(m_showing, true);
    m_edit->replaceAll(text);
    showErrors();
    close();
}

QString QueryField::text() const
{
    return m_edit->text();
}

void QueryField::setCatalogue(std::shared_ptr<const query::Catalogue> catalogue)
{
    m_catalogue = std::move(catalogue);
    showErrors();
}

void QueryField::focusField()
{
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->selectAll();
}

std::optional<query::QueryError> QueryField::error() const
{
    return m_errors.empty() ? std::nullopt : std::optional(m_errors.front());
}

// ---- typing --------------------------------------------------------------------------------

void QueryField::takeText()
{
    if (m_showing || text() == m_shown) // colours change no text
        return;
    if (!m_recalling)
        m_recalled = -1;
    showErrors();
    offerCompletions(Offer::AsOneTypes);
    const query::ParseOutcome outcome = query::parse(text());
    if (const auto *query = std::get_if<query::Query>(&outcome); query && m_errors.empty())
        Q_EMIT queryEdited(*query);
}

void QueryField::showErrors()
{
    m_shown = text();
    m_errors = errorsOf(m_shown, m_catalogue.get());
    m_edit->setErrors(m_errors);
    m_edit->setToolTip(m_errors.empty() ? QString() : textOf(m_errors.front()));
    update();
}

void QueryField::offerCompletions(Offer when)
{
    if (!m_popup) {
        m_popup = new CompletionPopup(window());
        connect(m_popup, &CompletionPopup::chosen, this, &QueryField::accept);
    }
    static const query::Catalogue nothing;
    const QTextCursor cursor = m_edit->textCursor();
    const auto offers =
        query::completions(text(), cursor.position(), m_catalogue ? *m_catalogue : nothing);
    // While a name is being typed it is no mistake yet.
    const bool isTyping = cursor.atEnd() && !offers.empty();
    const QString problem = m_errors.empty() || isTyping ? QString() : textOf(m_errors.front());
    if (isTyping)
        m_edit->setErrors(errorsBefore(cursor.position()));
    const int x = m_edit->mapTo(this, m_edit->cursorRect().topLeft()).x();
    const bool offersNone = text().isEmpty() && when == Offer::AsOneTypes;
    m_popup->offer(offersNone ? std::vector<query::Completion>() : offers, problem, this, x);
}

std::vector<query::QueryError> QueryField::errorsBefore(qsizetype position) const
{
    std::vector<query::QueryError> errors = m_errors;
    std::erase_if(errors, [position](const query::QueryError &error) {
        return error.range.offset + error.range.length >= position;
    });
    return errors;
}

void QueryField::accept(const query::Completion &completion)
{
    m_edit->replace(completion.range, completion.text);
    m_edit->setFocus(Qt::OtherFocusReason);
}

void QueryField::close()
{
    if (m_popup)
        m_popup->hide();
}

// ---- keys ----------------------------------------------------------------------------------

void QueryField::takeKey(QKeyEvent *event)
{
    const bool open = m_popup && m_popup->isVisible();
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return takeReturn();
    case Qt::Key_Escape:
        if (!open)
            Q_EMIT escaped();
        return close();
    case Qt::Key_Tab:
        if (const auto first = open ? m_popup->first() : std::nullopt)
            accept(m_popup->current().value_or(*first));
        else
            focusNextChild();
        return;
    case Qt::Key_Backtab:
        focusPreviousChild();
        return;
    case Qt::Key_Up:
        return takeArrow(-1, event->modifiers());
    case Qt::Key_Down:
        return takeArrow(1, event->modifiers());
    case Qt::Key_Space:
        return offerCompletions(Offer::Asked);
    default:
        return;
    }
}

void QueryField::takeReturn()
{
    const auto current = m_popup && m_popup->isVisible() ? m_popup->current() : std::nullopt;
    if (current) {
        accept(*current);
        return;
    }
    close();
    Q_EMIT submitted(text());
}

void QueryField::takeArrow(int distance, Qt::KeyboardModifiers modifiers)
{
    const bool open = m_popup && m_popup->isVisible() && m_popup->count() > 0;
    if (open && !(modifiers & Qt::ControlModifier))
        m_popup->moveCurrent(distance);
    else
        recall(-distance);
}

/// Further back in what was asked before (1), or towards what was being typed (-1).
void QueryField::recall(int distance)
{
    const int place = m_recalled + distance;
    if (place < -1 || place >= m_history.size())
        return;
    if (m_recalled == -1)
        m_typed = text();
    m_recalled = place;
    const QScopedValueRollback recalling(m_recalling, true);
    m_edit->replaceAll(place == -1 ? m_typed : m_history[place]);
    close();
}

void QueryField::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool hasKeyboard = m_edit->hasFocus();
    const QColor wrong = m_errors.empty() ? theme.line : theme.error;
    painter.setPen(QPen(hasKeyboard ? theme.accent : wrong, 1));
    painter.setBrush(theme.dark ? theme.window.darker(110) : theme.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kControlRadius,
                            kControlRadius);
    icon(QLatin1String("search"))
        .paint(&painter, kIconLeft, (height() - kIconSize) / 2, kIconSize, kIconSize);
}

} // namespace xray::views
