# SPDX-License-Identifier: Apache-2.0
"""A search that ends with the wrong product, traced with the OpenTelemetry SDK alone."""

import json
import sys

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

PRODUCTS = [
    {"id": "B01", "content": "Laptop stand, aluminium", "score": 0.94},
    {"id": "B02", "content": "MacBook Stand", "score": 0.91},
    {"id": "B03", "content": "Phone case, shockproof", "score": 0.52},
]


def exporter():
    if "--json" in sys.argv:
        from opentelemetry.exporter.otlp.json.http.trace_exporter import OTLPSpanExporter
    else:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    return OTLPSpanExporter()


def search(tracer, query):
    with tracer.start_as_current_span("search_products") as span:
        span.set_attribute("openinference.span.kind", "RETRIEVER")
        span.set_attribute("input.value", query)
        for i, product in enumerate(PRODUCTS):
            prefix = f"retrieval.documents.{i}.document"
            span.set_attribute(f"{prefix}.id", product["id"])
            span.set_attribute(f"{prefix}.content", product["content"])
            span.set_attribute(f"{prefix}.score", product["score"])
        return PRODUCTS


def keep_relevant(tracer, products):
    with tracer.start_as_current_span("filter_relevance") as span:
        kept = [product for product in products if "MacBook" not in product["content"]]
        span.set_attribute("input.value", json.dumps({"candidates": products}))
        span.set_attribute(
            "output.value",
            json.dumps(
                {
                    "kept": kept,
                    "reasoning": "Excluded item 'MacBook Stand' because it contains 'Apple' keyword.",
                }
            ),
        )
        return kept


def ask_model(tracer, products):
    with tracer.start_as_current_span("chat shop-model") as span:
        span.set_attribute("gen_ai.operation.name", "chat")
        span.set_attribute("gen_ai.provider.name", "stand-in")
        span.set_attribute("gen_ai.request.model", "shop-model")
        span.set_attribute("gen_ai.usage.input_tokens", 120)
        span.set_attribute("gen_ai.usage.output_tokens", 12)
        question = "Which of these is a laptop stand? " + "; ".join(p["content"] for p in products)
        span.set_attribute(
            "gen_ai.input.messages",
            json.dumps([{"role": "user", "parts": [{"type": "text", "content": question}]}]),
        )
        answer = products[-1]["content"]
        span.set_attribute(
            "gen_ai.output.messages",
            json.dumps([{"role": "assistant", "parts": [{"type": "text", "content": answer}]}]),
        )
        return answer


def main():
    provider = TracerProvider(resource=Resource.create({"service.name": "python-shop"}))
    provider.add_span_processor(BatchSpanProcessor(exporter()))
    tracer = provider.get_tracer("shop")
    with tracer.start_as_current_span("competitor_selection") as root:
        root.set_attribute("openinference.span.kind", "CHAIN")
        root.set_attribute("session.id", "python-sdk-example")
        root.set_attribute("input.value", "laptop stand")
        products = keep_relevant(tracer, search(tracer, "laptop stand"))
        root.set_attribute("output.value", ask_model(tracer, products))
    provider.shutdown()


if __name__ == "__main__":
    main()
