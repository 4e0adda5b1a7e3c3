/* Keeps the shell of the page on the phone. The list is put in by the service: each file with the hash of its content,
   so that another content is another worker and another cache. Nothing of anybody is ever kept here: the plan stands in
   IndexedDB, where a PIN can lock it; other pages and what the service answers about people go past this file. */

const SHELL = {};
const VERSION = 'shell-' + Object.values(SHELL).join('').slice(0, 16);
const PLAN = /^\/api\/v1\/courses\/[^/]+\/phone$/;
const PLAN_MS = 3000;

const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Fetches a file anew, and takes it only where it is the very one that the list names. */
async function fetched(name, hash) {
  const answer = await fetch(name || './', { cache: 'no-cache', credentials: 'omit' });
  const body = await answer.arrayBuffer();
  if (!answer.ok || !hex(await crypto.subtle.digest('SHA-256', body)).startsWith(hash)) throw new Error(`another ${name}`);
  return new Response(body, { headers: answer.headers });
}

self.addEventListener('install', (event) => event.waitUntil((async () => {
  const files = await Promise.all(Object.entries(SHELL).map(async ([name, hash]) => [name, await fetched(name, hash)]));
  const cache = await caches.open(VERSION);
  await Promise.all(files.map(([name, answer]) => cache.put(new URL(name || './', self.location), answer)));
})()));

self.addEventListener('activate', (event) => event.waitUntil((async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith('shell-') && name !== VERSION);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
})()));

/** The page says when: a new worker waits until no dose is being written down. */
self.addEventListener('message', (event) => { if (event.data === 'take over') self.skipWaiting(); });

/** The newest plan, if the network has it within three seconds; otherwise the page shows the one that it has. */
async function plan(request) {
  const late = new Promise((resolve) => setTimeout(() => resolve(new Response('', { status: 504 })), PLAN_MS));
  return Promise.race([fetch(request).catch(() => new Response('', { status: 504 })), late]);
}

async function shell(request) {
  const cache = await caches.open(VERSION);
  const name = request.mode === 'navigate' ? new URL('./', self.location) : request;
  return (await cache.match(name, { ignoreSearch: true })) ?? fetch(request);
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin || event.request.method !== 'GET') return;
  if (PLAN.test(url.pathname)) event.respondWith(plan(event.request));
  else if (url.pathname.startsWith(new URL('./', self.location).pathname)) event.respondWith(shell(event.request));
});
