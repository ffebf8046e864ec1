// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/fields.h"
#include "model/query/language.h"
#include "model/query/lexer.h"
#include "model/query/literals.h"

#include <algorithm>

namespace xray::query {

namespace {

constexpr QLatin1String kRunsWhere("runs where");

bool isPlainWord(const QString &text)
{
    const auto isInner = [](QChar c) {
        return c.isLetterOrNumber() || c == u'_' || c == u'-' || c == u'.' || c == u'/';
    };
    return !text.isEmpty() && (text[0].isLetter() || text[0] == u'_') && !isReserved(text) &&
           std::all_of(text.begin(), text.end(), isInner);
}

QString plain(const QString &text)
{
    const bool isId = Uuid::fromText(text.toStdString()).has_value();
    return isPlainWord(text) || isId ? text : quoted(text);
}

class Printer
{
public:
    explicit Printer(Subject scope)
        : m_scope(scope)
    {
    }

    [[nodiscard]] QString print(const NodePtr &node) const
    {
        return std::visit([this](const auto &is) { return text(is); }, node->is);
    }

private:
    [[nodiscard]] QString text(const Condition &condition) const
    {
        const QString field = wordOf(condition.field, m_scope);
        if (condition.op == Operator::Exists)
            return isPresence(condition.field) ? field : field + QLatin1String(" exists");
        const QString head = field + QLatin1Char(' ') + wordOf(condition.op) + QLatin1Char(' ');
        return head + values(condition);
    }

    [[nodiscard]] bool isPresence(const Field &field) const
    {
        return infoOf(field.id, m_scope).kind == ValueKind::Presence;
    }

    /// Texts to search for stand in quotes always, as people write them.
    static QString values(const Condition &condition)
    {
        QStringList texts;
        for (const Value &value : condition.values) {
            const auto *word = std::get_if<QString>(&value);
            const bool isSearch =
                condition.op == Operator::Contains || condition.op == Operator::Matches;
            texts += word && isSearch ? quoted(*word) : toText(value);
        }
        const QString all = texts.join(QLatin1String(", "));
        return condition.op == Operator::In ? QLatin1Char('(') + all + QLatin1Char(')') : all;
    }

    [[nodiscard]] QString text(const Group &group) const
    {
        if (group.children.empty())
            return QStringLiteral("()");
        const bool isAll = group.kind == Group::Kind::All;
        QStringList texts;
        for (const NodePtr &child : group.children)
            texts += inBrackets(child);
        return texts.join(isAll ? QLatin1String(" and ") : QLatin1String(" or "));
    }

    [[nodiscard]] QString text(const Negation &negation) const
    {
        return QLatin1String("not ") + inBrackets(negation.child);
    }

    [[nodiscard]] QString inBrackets(const NodePtr &node) const
    {
        const auto *group = std::get_if<Group>(&node->is);
        const QString inner = print(node);
        return group && !group->children.empty() ? QLatin1Char('(') + inner + QLatin1Char(')')
                                                 : inner;
    }

    [[nodiscard]] QString text(const StepTest &test) const
    {
        const QString inner = test.child ? Printer(Subject::Steps).print(test.child) : QString();
        const QString head = nameOf(test.quantifier) + QLatin1Char('(') + inner + QLatin1Char(')');
        return test.quantifier == StepTest::Quantifier::Count
                   ? QStringLiteral("%1 %2 %3").arg(head, wordOf(test.op)).arg(test.count)
                   : head;
    }

    static QString nameOf(StepTest::Quantifier quantifier)
    {
        switch (quantifier) {
        case StepTest::Quantifier::Any:
            return QStringLiteral("any");
        case StepTest::Quantifier::All:
            return QStringLiteral("all");
        case StepTest::Quantifier::None:
            return QStringLiteral("none");
        case StepTest::Quantifier::Count:
            break;
        }
        return QStringLiteral("count");
    }

    Subject m_scope;
};

struct ValuePrinter
{
    QString operator()(const QString &text) const { return plain(text); }
    QString operator()(double number) const { return formatExactly(number); }
    QString operator()(bool flag) const
    {
        return flag ? QStringLiteral("true") : QStringLiteral("false");
    }
    QString operator()(Duration duration) const { return formatExactly(duration); }
    QString operator()(Instant instant) const
    {
        return QString::fromLatin1(formatRfc3339(instant.ns));
    }
    QString operator()(RelativeTime time) const { return formatExactly(time); }
};

} // namespace

QString toText(const Value &value)
{
    return std::visit(ValuePrinter(), value);
}

QString toText(const NodePtr &node, Subject subject)
{
    const NodePtr simple = simplified(node);
    return simple ? Printer(subject).print(simple) : QString();
}

QString toText(const Query &query, DefaultSubject subject)
{
    const QString where = toText(query.where, query.subject);
    if (query.subject == Subject::Steps || subject == DefaultSubject::Runs)
        return where;
    return where.isEmpty() ? QString(kRunsWhere) : kRunsWhere + QLatin1Char(' ') + where;
}

} // namespace xray::query
