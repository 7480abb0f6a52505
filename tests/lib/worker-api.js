// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// A worker's HTTP API.

/** An answer of a worker that is not 2xx. */
export class WorkerError extends Error {
  constructor(status, body, what) {
    super(
      `${what}: HTTP ${status}: ${typeof body === 'string' ? body : (body?.error?.message ?? JSON.stringify(body))}`,
    );
    this.name = 'WorkerError';
    this.status = status;
    this.body = body;
  }
}

export class WorkerApi {
  /** @param {string} url such as http://127.0.0.1:8600 */
  constructor(url) {
    this.url = url;
  }

  /** One request; the answer's body as JSON, or as bytes when it is something else. */
  async request(method, path, { body, json, headers = {}, timeoutMs = 30_000 } = {}) {
    const what = `${method} ${this.url}${path}`;
    let response;
    try {
      response = await fetch(`${this.url}${path}`, {
        method,
        headers: json === undefined ? headers : { 'content-type': 'application/json', ...headers },
        body: json === undefined ? body : JSON.stringify(json),
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      throw new Error(`${what}: ${error.cause?.message ?? error.message}`);
    }
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = () => new TextDecoder().decode(bytes);
    const answer = isJson ? JSON.parse(text()) : bytes;
    if (!response.ok) throw new WorkerError(response.status, isJson ? answer : text(), what);
    return answer;
  }

  get(path, options) {
    return this.request('GET', path, options);
  }

  ready() {
    return this.get('/readyz', { timeoutMs: 5_000 });
  }

  putContent(bytes) {
    return this.request('PUT', '/v1/content', { body: bytes, timeoutMs: 60_000 });
  }

  content(hash) {
    return this.get(`/v1/content/${hash}`, { timeoutMs: 60_000 });
  }

  contentRows(hash) {
    return this.get(`/v1/content/${hash}/rows`);
  }

  row(hash, index) {
    return this.get(`/v1/content/${hash}/rows/${index}`);
  }

  evaluate(datanet, contribution) {
    return this.request('POST', '/v1/evaluate', { json: { datanet, contribution }, timeoutMs: 300_000 });
  }

  train(spec) {
    return this.request('POST', '/v1/train', { json: spec });
  }

  training(id) {
    return this.get(`/v1/train/${id}`);
  }

  quote(model, input) {
    return this.request('POST', '/v1/quote', { json: { model, input } });
  }

  /** Asks a question that a channel's voucher (SCALE, bytes) pays for. */
  complete(model, text, voucher) {
    const headers = voucher ? { 'x-openledger-voucher': `0x${Buffer.from(voucher).toString('hex')}` } : {};
    const json = { model, messages: [{ role: 'user', content: text }] };
    return this.request('POST', '/v1/chat/completions', { json, headers, timeoutMs: 60_000 });
  }

  job(id) {
    return this.get(`/v1/jobs/${id}`);
  }

  async metrics() {
    return new TextDecoder().decode(await this.get('/metrics'));
  }
}
