# SPDX-License-Identifier: Apache-2.0
"""A filter that asks a model about each item: the OpenAI client, traced by OpenInference, and a
stand-in for the service."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from openai import OpenAI
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

PRODUCTS = ["Laptop stand, aluminium", "MacBook Stand", "Phone case, shockproof"]


def verdict_on(question):
    """What the model would say."""
    if "MacBook" in question:
        said = "Excluded item 'MacBook Stand' because it contains 'Apple' keyword."
        return {"relevant": False, "confidence": 0.38, "reasoning": said}
    return {"relevant": True, "confidence": 0.91, "reasoning": "It is sold as an accessory."}


def completion(question):
    message = {"role": "assistant", "content": json.dumps(verdict_on(question))}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1700000000,
        "model": "stand-in",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 31, "completion_tokens": 17, "total_tokens": 48},
    }


class StandIn(BaseHTTPRequestHandler):
    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps(completion(request["messages"][-1]["content"])).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def judge(tracer, client, product):
    with tracer.start_as_current_span("judge_relevance") as span:
        span.set_attribute("openinference.span.kind", "GUARDRAIL")
        span.set_attribute("input.value", json.dumps({"item": product}))
        reply = client.chat.completions.create(
            model="stand-in",
            messages=[{"role": "user", "content": f"Is this a laptop stand? {product}"}],
        )
        verdict = reply.choices[0].message.content
        span.set_attribute("output.value", verdict)
        return json.loads(verdict)["relevant"]


def main():
    service = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    threading.Thread(target=service.serve_forever, daemon=True).start()

    provider = TracerProvider(resource=Resource.create({"service.name": "python-openai"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    OpenAIInstrumentor().instrument(tracer_provider=provider)
    client = OpenAI(base_url=f"http://127.0.0.1:{service.server_port}/v1", api_key="none")
    tracer = provider.get_tracer("judge")
    with tracer.start_as_current_span("filter_by_model") as root:
        root.set_attribute("openinference.span.kind", "CHAIN")
        root.set_attribute("input.value", json.dumps(PRODUCTS))
        kept = [product for product in PRODUCTS if judge(tracer, client, product)]
        root.set_attribute("output.value", json.dumps(kept))
    print(kept)
    provider.shutdown()
    service.shutdown()


if __name__ == "__main__":
    main()
