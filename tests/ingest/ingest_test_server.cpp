// SPDX-License-Identifier: GPL-3.0-or-later
// The listener over a store in memory, for tests in other languages. Prints the port and serves
// until its standard input ends. The argument "busy" gives it a sink that is always full.
#include <model/ingest/listener.h>

#include <tests/support/fake_store.h>

#include <cstdio>
#include <cstring>

int main(int argc, char **argv)
{
    using namespace xray;
    tests::FakeStore store;
    tests::BusySink busy;
    const bool isBusy = argc > 1 && std::strcmp(argv[1], "busy") == 0;
    ingest::ListenerOptions options{.port = 0, .version = QStringLiteral("test")};
    options.limits.bodyBytes = ingest::kMiB;
    options.limits.otlpBodyBytes = ingest::kMiB;
    ingest::Listener listener(isBusy ? static_cast<EventSink &>(busy) : store, store, options);
    store.onCommit([&listener](const ChangeBatchPtr &batch) { listener.publish(batch); });
    if (const auto started = listener.start(); !started) {
        std::fprintf(stderr, "%s\n", qPrintable(started.error().message));
        return 1;
    }
    std::printf("%d\n", listener.state().port);
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    listener.stop();
    store.onCommit({});
    return 0;
}
