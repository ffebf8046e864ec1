// SPDX-License-Identifier: Apache-2.0
// A search whose filter fails, traced with OpenTelemetry JS alone.
import { SpanStatusCode } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const exporterPackage = process.argv.includes('--proto')
  ? '@opentelemetry/exporter-trace-otlp-proto'
  : '@opentelemetry/exporter-trace-otlp-http';
const { OTLPTraceExporter } = await import(exporterPackage);

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'node-shop' }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
const tracer = provider.getTracer('shop');

function inSpan(name, attributes, work) {
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });
}

try {
  await inSpan('categorization', { 'session.id': 'node-sdk-example' }, async () => {
    await inSpan('search_categories', { 'openinference.span.kind': 'TOOL' }, async (span) => {
      span.setAttribute('input.value', 'laptop stand');
      span.setAttribute('output.value', JSON.stringify(['Stands', 'Phone cases']));
    });
    await inSpan('filter_categories', {}, async () => {
      throw new TypeError('category "Stands" has no rule');
    });
  });
} catch (error) {
  console.log(`failed as meant: ${error.message}`);
}
await provider.shutdown();
