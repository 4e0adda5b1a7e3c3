/* Keeps the shell of the page on the phone. The list is put in by the service: each file with the hash of its content,
   so that another content is another worker and another cache. Nothing of anybody is ever kept here: the plan stands in
   IndexedDB, where a PIN can lock it. What the service answers about people, and every page but this one, goes past this
   file: the page shows the plan that it has at once and fetches the newest beside it, however slow the network is. */

const SHELL = {};
const VERSION = 'shell-' + Object.values(SHELL).join('').slice(0, 16);

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

async function shell(request) {
  const cache = await caches.open(VERSION);
  const name = request.mode === 'navigate' ? new URL('./', self.location) : request;
  return (await cache.match(name, { ignoreSearch: true })) ?? fetch(request);
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin || event.request.method !== 'GET') return;
  if (url.pathname.startsWith(new URL('./', self.location).pathname)) event.respondWith(shell(event.request));
});

/** A push has no content. What is shown says nothing of anybody, and a page that is open fetches what is new. */
self.addEventListener('push', (event) => event.waitUntil((async () => {
  const said = await (await caches.match(`words/${await (await caches.match('lang'))?.text()}.json`))?.json();
  (await clients.matchAll()).forEach((page) => page.postMessage(0));
  await self.registration.showNotification(said?.name ?? 'My day', { body: said?.['remind.note'], tag: 'day', icon: 'icon.svg' });
})()));

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(clients.openWindow('./'));
});
