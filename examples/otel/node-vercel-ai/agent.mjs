// SPDX-License-Identifier: Apache-2.0
// The Vercel AI SDK's own telemetry, with its mock model in the place of a real one.
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { generateText } from 'ai';
import { MockLanguageModelV2 } from 'ai/test';

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'node-vercel-ai' }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();

const model = new MockLanguageModelV2({
  modelId: 'stand-in',
  doGenerate: async () => ({
    finishReason: 'stop',
    usage: { inputTokens: 31, outputTokens: 17, totalTokens: 48 },
    content: [{ type: 'text', text: 'Phone case, shockproof' }],
    warnings: [],
  }),
});

const { text } = await generateText({
  model,
  prompt: 'Name one laptop stand.',
  experimental_telemetry: { isEnabled: true, functionId: 'competitor_selection' },
});
console.log(text);
await provider.shutdown();
