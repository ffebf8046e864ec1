// SPDX-License-Identifier: Apache-2.0
// An agent of the Vercel AI SDK that looks a product up, traced by the SDK's own telemetry, with its
// mock model in the place of a real one.
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { generateText, stepCountIs, tool } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { z } from 'zod';

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'node-vercel-ai' }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();

const products = [
  { title: 'Laptop stand, aluminium', score: 0.94 },
  { title: 'Phone case, shockproof', score: 0.52 },
];
const searchProducts = tool({
  description: 'Searches the catalogue.',
  inputSchema: z.object({ query: z.string() }),
  execute: async () => products,
});

function answer(reason, content) {
  return {
    content,
    finishReason: { unified: reason, raw: reason },
    usage: {
      inputTokens: { total: 31, noCache: 31, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 17, text: 17, reasoning: 0 },
    },
    warnings: [],
  };
}

const call = {
  type: 'tool-call',
  toolCallId: 'call-1',
  toolName: 'searchProducts',
  input: JSON.stringify({ query: 'laptop stand' }),
};
const answers = [
  answer('tool-calls', [{ type: 'reasoning', text: 'I should search first.' }, call]),
  answer('stop', [{ type: 'text', text: 'Phone case, shockproof' }]),
];
const model = new MockLanguageModelV3({
  modelId: 'stand-in',
  doGenerate: async () => answers.shift(),
});

const { text } = await generateText({
  model,
  tools: { searchProducts },
  stopWhen: stepCountIs(3),
  prompt: 'Find a laptop stand.',
  experimental_telemetry: {
    isEnabled: true,
    functionId: 'competitor_selection',
    metadata: { sessionId: 'vercel-ai-example' },
  },
});
console.log(text);
await provider.shutdown();
