class T : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsOnAfterAnUnusuallyLargeText()
    {
        const QByteArray large = "{\"session\":\"" + QByteArray(3'000'000, 'x') + "\"}";
        QVERIFY(decodeExecution(large).ok());
        QVERIFY(decodeExecution(R"({"session":"x"})").ok());
    }
};
