# SPDX-License-Identifier: Apache-2.0
"""A LangChain pipeline (retrieve, filter, ask a model), traced by OpenInference."""

from langchain_core.documents import Document
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda
from openinference.instrumentation.langchain import LangChainInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


class Catalogue(BaseRetriever):
    """Answers every question with the same three products."""

    def _get_relevant_documents(self, query, *, run_manager):
        return [
            Document(page_content=text, metadata={"score": score})
            for text, score in (
                ("Laptop stand, aluminium", 0.94),
                ("MacBook Stand", 0.91),
                ("Phone case, shockproof", 0.52),
            )
        ]


def keep_relevant(documents):
    return [document for document in documents if "MacBook" not in document.page_content]


def as_text(documents):
    return {"products": "\n".join(document.page_content for document in documents)}


def pipeline():
    prompt = ChatPromptTemplate.from_template("Which of these is a laptop stand?\n{products}")
    model = FakeListChatModel(responses=["Phone case, shockproof"])
    return (
        Catalogue()
        | RunnableLambda(keep_relevant, name="filter_relevance")
        | RunnableLambda(as_text, name="as_text")
        | prompt
        | model
        | StrOutputParser()
    ).with_config(run_name="competitor_selection")


def main():
    provider = TracerProvider(resource=Resource.create({"service.name": "python-langchain"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    LangChainInstrumentor().instrument(tracer_provider=provider)
    print(pipeline().invoke("laptop stand"))
    provider.shutdown()


if __name__ == "__main__":
    main()
