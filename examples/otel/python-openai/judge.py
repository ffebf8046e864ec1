# SPDX-License-Identifier: Apache-2.0
"""The OpenAI client, traced by OpenInference, asking a stand-in for the service."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from openai import OpenAI
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

ANSWER = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1700000000,
    "model": "stand-in",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "message": {
                "role": "assistant",
                "content": "Excluded item 'MacBook Stand' because it contains 'Apple' keyword.",
            },
        }
    ],
    "usage": {"prompt_tokens": 31, "completion_tokens": 17, "total_tokens": 48},
}


class StandIn(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps(ANSWER).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    service = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    threading.Thread(target=service.serve_forever, daemon=True).start()

    provider = TracerProvider(resource=Resource.create({"service.name": "python-openai"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    OpenAIInstrumentor().instrument(tracer_provider=provider)
    client = OpenAI(base_url=f"http://127.0.0.1:{service.server_port}/v1", api_key="none")
    with provider.get_tracer("judge").start_as_current_span("judge_relevance"):
        reply = client.chat.completions.create(
            model="stand-in",
            messages=[{"role": "user", "content": "Is a MacBook Stand a laptop stand?"}],
        )
    print(reply.choices[0].message.content)
    provider.shutdown()
    service.shutdown()


if __name__ == "__main__":
    main()
