// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/payload_tree.h"

#include <QLocale>

#include <algorithm>
#include <array>
#include <cctype>

namespace xray::items {

namespace {

constexpr quint32 kValuesBetweenTicketChecks = 4096;

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// The character an escape such as \n stands for; 0 for \u and for what is none.
char16_t simpleEscape(char letter)
{
    switch (letter) {
    case 'n':
        return u'\n';
    case 't':
        return u'\t';
    case 'r':
        return u'\r';
    case 'b':
        return u'\b';
    case 'f':
        return u'\f';
    case '"':
    case '\\':
    case '/':
        return static_cast<char16_t>(letter);
    default:
        return 0;
    }
}

/// Appends what the escape at `at` (its backslash) stands for and returns where it ends. An escape
/// that the text's end cuts off ends the text.
qsizetype appendEscape(QString &out, QByteArrayView text, qsizetype at)
{
    if (at + 1 >= text.size())
        return text.size();
    if (text[at + 1] != 'u') {
        out += QChar(simpleEscape(text[at + 1]));
        return at + 2;
    }
    if (at + 6 > text.size())
        return text.size();
    bool ok = false;
    const ushort code = text.sliced(at + 2, 4).toByteArray().toUShort(&ok, 16);
    out += ok ? QChar(code) : QChar(QChar::ReplacementCharacter);
    return at + 6;
}

QString unescaped(QByteArrayView text)
{
    QString out;
    qsizetype at = 0;
    while (at < text.size()) {
        const auto backslash = std::find(text.begin() + at, text.end(), '\\') - text.begin();
        out += QString::fromUtf8(text.sliced(at, backslash - at));
        at = backslash < text.size() ? appendEscape(out, text, backslash) : backslash;
    }
    return out;
}

/// The front of `text`, not cut within a UTF-8 sequence.
QByteArrayView cutUtf8(QByteArrayView text, qsizetype limitBytes)
{
    if (limitBytes < 0 || text.size() <= limitBytes)
        return text;
    while (limitBytes > 0 && (static_cast<uchar>(text[limitBytes]) & 0xC0) == 0x80)
        --limitBytes;
    return text.first(limitBytes);
}

/// A JSON string literal, quotes included, as text.
QString decodeString(QByteArrayView literal, qsizetype limitBytes)
{
    return unescaped(cutUtf8(literal.sliced(1, literal.size() - 2), limitBytes));
}

bool isPlainWord(QStringView key)
{
    const auto plain = [](QChar c) { return c.isLetterOrNumber() || c == u'_' || c == u'-'; };
    return !key.isEmpty() && !key.front().isDigit() && std::ranges::all_of(key, plain);
}

QString pathPart(const PayloadTree &tree, PayloadTree::Node node)
{
    if (!tree.hasKey(node))
        return QStringLiteral("[%1]").arg(tree.rowOf(node));
    const QString key = tree.key(node);
    if (isPlainWord(key))
        return u'.' + key;
    QString quoted = key;
    quoted.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""));
    return QStringLiteral("[\"%1\"]").arg(quoted);
}

} // namespace

const char *toWord(ValueKind kind) noexcept
{
    constexpr std::array words{"null", "boolean", "number", "string", "array", "object"};
    return words[static_cast<std::size_t>(kind)];
}

/// Reads a JSON text once, front to back, and notes where its values are.
class PayloadIndexer
{
public:
    PayloadIndexer(PayloadTree &tree, const Ticket &ticket)
        : m_tree(tree)
        , m_text(tree.m_json)
        , m_ticket(ticket)
    {
    }

    [[nodiscard]] Result<> run();

private:
    /// A container whose end has not been seen; its children so far are the tail of m_pending.
    struct Open
    {
        PayloadTree::Node node = 0;
        std::size_t firstPending = 0;
    };

    [[nodiscard]] char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    [[nodiscard]] bool take(char c);
    [[nodiscard]] bool takeWord(QByteArrayView word);
    [[nodiscard]] bool takeDigits();
    [[nodiscard]] bool takeNumber();
    [[nodiscard]] bool takeString();
    [[nodiscard]] bool takeEscape();
    void skipSpace();

    [[nodiscard]] bool advance();
    [[nodiscard]] bool takeMember();
    [[nodiscard]] bool takeValue(PayloadTree::Value value);
    [[nodiscard]] bool takeScalar(PayloadTree::Node node);
    void open(PayloadTree::Node node);
    void close();
    [[nodiscard]] Error stopped() const;

    PayloadTree &m_tree;
    QByteArrayView m_text;
    Ticket m_ticket;
    qsizetype m_at = 0;
    std::vector<Open> m_open;
    std::vector<PayloadTree::Node> m_pending;
};

Result<> PayloadIndexer::run()
{
    skipSpace();
    if (!takeValue({}))
        return stopped();
    while (!m_open.empty()) {
        skipSpace();
        if (!advance())
            return stopped();
        if (m_tree.nodeCount() % kValuesBetweenTicketChecks == 0 && m_ticket.isCancelled())
            return Error{ErrorCode::Cancelled, QStringLiteral("Reading the payload was stopped.")};
    }
    skipSpace();
    if (m_at != m_text.size())
        return stopped();
    return Success{};
}

bool PayloadIndexer::take(char c)
{
    if (peek() != c)
        return false;
    ++m_at;
    return true;
}

bool PayloadIndexer::takeWord(QByteArrayView word)
{
    if (!m_text.sliced(m_at).startsWith(word))
        return false;
    m_at += word.size();
    return true;
}

bool PayloadIndexer::takeDigits()
{
    const qsizetype first = m_at;
    while (isDigit(peek()))
        ++m_at;
    return m_at > first;
}

bool PayloadIndexer::takeNumber()
{
    (void)take('-');
    if (!take('0') && !takeDigits())
        return false;
    if (take('.') && !takeDigits())
        return false;
    if (take('e') || take('E')) {
        if (!take('+'))
            (void)take('-');
        return takeDigits();
    }
    return true;
}

bool PayloadIndexer::takeEscape()
{
    ++m_at; // the backslash
    const char letter = peek();
    if (letter != 'u') {
        ++m_at;
        return simpleEscape(letter) != 0;
    }
    const auto isHex = [](char c) { return std::isxdigit(static_cast<uchar>(c)) != 0; };
    if (m_at + 5 > m_text.size() || !std::ranges::all_of(m_text.sliced(m_at + 1, 4), isHex))
        return false;
    m_at += 5;
    return true;
}

bool PayloadIndexer::takeString()
{
    if (!take('"'))
        return false;
    while (m_at < m_text.size()) {
        const char c = m_text[m_at];
        if (c == '"') {
            ++m_at;
            return true;
        }
        if (static_cast<uchar>(c) < 0x20)
            return false;
        if (c != '\\')
            ++m_at;
        else if (!takeEscape())
            return false;
    }
    return false;
}

void PayloadIndexer::skipSpace()
{
    while (m_at < m_text.size() && isSpace(m_text[m_at]))
        ++m_at;
}

/// Within a container: its end, or its next child.
bool PayloadIndexer::advance()
{
    const Open &top = m_open.back();
    const bool isObject = m_tree.kind(top.node) == ValueKind::Object;
    if (take(isObject ? '}' : ']')) {
        close();
        return true;
    }
    if (m_pending.size() > top.firstPending) {
        if (!take(','))
            return false;
        skipSpace();
    }
    return isObject ? takeMember() : takeValue({});
}

bool PayloadIndexer::takeMember()
{
    PayloadTree::Value value;
    value.keyBegin = static_cast<quint32>(m_at);
    if (!takeString())
        return false;
    value.keyLength = static_cast<quint32>(m_at) - value.keyBegin;
    skipSpace();
    if (!take(':'))
        return false;
    skipSpace();
    return takeValue(value);
}

bool PayloadIndexer::takeValue(PayloadTree::Value value)
{
    const PayloadTree::Node node = m_tree.nodeCount();
    value.begin = static_cast<quint32>(m_at);
    if (!m_open.empty()) {
        value.parent = m_open.back().node;
        value.row = static_cast<quint32>(m_pending.size() - m_open.back().firstPending);
        m_pending.push_back(node);
    }
    m_tree.m_values.push_back(value);
    if (peek() == '{' || peek() == '[') {
        open(node);
        return true;
    }
    return takeScalar(node);
}

bool PayloadIndexer::takeScalar(PayloadTree::Node node)
{
    const auto taken = [this] {
        switch (peek()) {
        case '"':
            return takeString();
        case 't':
            return takeWord("true");
        case 'f':
            return takeWord("false");
        case 'n':
            return takeWord("null");
        default:
            return takeNumber();
        }
    };
    if (!taken())
        return false;
    m_tree.m_values[node].end = static_cast<quint32>(m_at);
    return true;
}

void PayloadIndexer::open(PayloadTree::Node node)
{
    ++m_at;
    m_open.push_back({node, m_pending.size()});
}

void PayloadIndexer::close()
{
    const Open top = m_open.back();
    m_open.pop_back();
    PayloadTree::Value &value = m_tree.m_values[top.node];
    value.end = static_cast<quint32>(m_at);
    value.firstChild = static_cast<quint32>(m_tree.m_children.size());
    value.childCount = static_cast<quint32>(m_pending.size() - top.firstPending);
    const auto first = m_pending.begin() + static_cast<std::ptrdiff_t>(top.firstPending);
    m_tree.m_children.insert(m_tree.m_children.end(), first, m_pending.end());
    m_pending.erase(first, m_pending.end());
}

Error PayloadIndexer::stopped() const
{
    const QString where = QLocale(QLocale::English).toString(m_at);
    return {ErrorCode::InvalidJson,
            QStringLiteral("The payload is not JSON: reading stopped at byte %1. The raw text is "
                           "still there to read.")
                .arg(where)};
}

Result<PayloadTreePtr> PayloadTree::parse(QByteArray json, const Ticket &ticket)
{
    if (json.size() > kMaxBytes)
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("The payload is too large to show as a tree.")};
    const auto tree = std::shared_ptr<PayloadTree>(new PayloadTree);
    tree->m_json = std::move(json);
    if (Result<> read = PayloadIndexer(*tree, ticket).run(); !read)
        return read.error();
    tree->m_values.shrink_to_fit();
    return PayloadTreePtr(tree);
}

ValueKind PayloadTree::kind(Node node) const
{
    switch (m_json[m_values[node].begin]) {
    case '{':
        return ValueKind::Object;
    case '[':
        return ValueKind::Array;
    case '"':
        return ValueKind::String;
    case 't':
    case 'f':
        return ValueKind::Boolean;
    case 'n':
        return ValueKind::Null;
    default:
        return ValueKind::Number;
    }
}

bool PayloadTree::isContainer(Node node) const
{
    const char first = m_json[m_values[node].begin];
    return first == '{' || first == '[';
}

QString PayloadTree::key(Node node) const
{
    const Value &value = m_values[node];
    if (value.keyLength == 0)
        return {};
    return decodeString(QByteArrayView(m_json).sliced(value.keyBegin, value.keyLength), kNoLimit);
}

std::optional<PayloadTree::Node> PayloadTree::member(Node object, QStringView key) const
{
    for (int row = childCount(object) - 1; row >= 0; --row) {
        const Node child = childAt(object, row);
        if (this->key(child) == key)
            return child;
    }
    return std::nullopt;
}

QString PayloadTree::text(Node node, qsizetype limitBytes) const
{
    if (isContainer(node))
        return {};
    if (kind(node) == ValueKind::String)
        return decodeString(json(node), limitBytes);
    return QString::fromUtf8(cutUtf8(json(node), limitBytes));
}

QByteArrayView PayloadTree::json(Node node) const
{
    const Value &value = m_values[node];
    return QByteArrayView(m_json).sliced(value.begin, value.end - value.begin);
}

QString pathOf(const PayloadTree &tree, PayloadTree::Node node, const QString &rootName)
{
    QStringList parts;
    for (; node != PayloadTree::kRoot; node = tree.parentOf(node))
        parts.prepend(pathPart(tree, node));
    const QString path = rootName + parts.join(QString());
    return path.startsWith(u'.') ? path.mid(1) : path;
}

std::vector<PayloadTree::Node> findMatches(const PayloadTree &tree, const QString &needle,
                                           const Ticket &ticket)
{
    std::vector<PayloadTree::Node> found;
    if (needle.isEmpty())
        return found;
    for (PayloadTree::Node node = 0; node < tree.nodeCount(); ++node) {
        if (node % kValuesBetweenTicketChecks == 0 && ticket.isCancelled())
            break;
        if (tree.key(node).contains(needle, Qt::CaseInsensitive) ||
            tree.text(node).contains(needle, Qt::CaseInsensitive))
            found.push_back(node);
    }
    return found;
}

namespace {

/// Lays JSON out a character at a time; outside strings every character says what to do.
class Indenter
{
public:
    explicit Indenter(QByteArray &out)
        : m_out(out)
    {
    }

    void put(char c)
    {
        if (m_inString)
            putInString(c);
        else if (!isSpace(c))
            putToken(c);
    }

private:
    void putInString(char c)
    {
        m_out += c;
        m_inString = c != '"' || m_escaped;
        m_escaped = c == '\\' && !m_escaped;
    }

    void putToken(char c)
    {
        const bool closes = c == '}' || c == ']';
        m_depth -= closes ? 1 : 0;
        if (m_separated || m_opened != closes)
            m_out += '\n' + QByteArray(2 * m_depth, ' ');
        m_out += c;
        if (c == ':')
            m_out += ' ';
        m_opened = c == '{' || c == '[';
        m_separated = c == ',';
        m_inString = c == '"';
        m_depth += m_opened ? 1 : 0;
    }

    QByteArray &m_out;
    qsizetype m_depth = 0;
    bool m_inString = false;
    bool m_escaped = false;
    bool m_opened = false;    ///< a container began just now
    bool m_separated = false; ///< a comma stood just now
};

} // namespace

IndentedJson indentedJson(const PayloadTree &tree, qsizetype limitBytes)
{
    IndentedJson out;
    Indenter indenter(out.text);
    for (const char c : tree.source()) {
        const bool startsCharacter = (static_cast<uchar>(c) & 0xC0) != 0x80;
        if (startsCharacter && out.text.size() >= limitBytes) {
            out.cut = true;
            break;
        }
        indenter.put(c);
    }
    return out;
}

} // namespace xray::items
