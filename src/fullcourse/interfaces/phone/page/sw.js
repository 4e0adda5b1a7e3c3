/* Keeps the shell of the page on the phone. The list is put in by the service: each file with the hash of its content, and
   the hash of them all, so that another content of any is another worker and another cache. Nothing of anybody is ever kept here: the plan stands in
   IndexedDB, where a PIN can lock it. What the service answers about people, and every page but this one, goes past this
   file: the page shows the plan that it has at once and fetches the newest beside it, however slow the network is. */

const SHELL = {};
const VERSION = 'shell-';
/** The words of a language come once somebody wants them; English is always there. */
const LATER = /^words\/(?!en\.)/;

const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const address = (name) => new URL(name || './', self.location);

/** Fetches a file anew, and takes it only where it is the very one that the list names. */
async function fetched(name, hash) {
  const answer = await fetch(name || './', { cache: 'no-cache', credentials: 'omit' });
  const body = await answer.arrayBuffer();
  if (!answer.ok || !hex(await crypto.subtle.digest('SHA-256', body)).startsWith(hash)) throw new Error(`another ${name}`);
  return new Response(body, { headers: answer.headers });
}

/** Keeps files that are not kept yet, all of them or none. */
async function keep(names) {
  const cache = await caches.open(VERSION);
  const lacking = [];
  for (const name of names) if (!(await cache.match(address(name)))) lacking.push(name);
  const files = await Promise.all(lacking.map((name) => fetched(name, SHELL[name])));
  await Promise.all(files.map((answer, at) => cache.put(address(lacking[at]), answer)));
}

/** What is kept of a language goes on being kept. */
self.addEventListener('install', (event) => event.waitUntil((async () => {
  const names = Object.keys(SHELL);
  const had = await Promise.all(names.map((name) => !LATER.test(name) || caches.match(address(name))));
  await keep(names.filter((name, at) => had[at]));
})()));

self.addEventListener('activate', (event) => event.waitUntil((async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith('shell-') && name !== VERSION);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
})()));

/** The page says when: a new worker waits until no dose is being written down. It says which language is wanted, too. */
self.addEventListener('message', (event) => {
  if (event.data === 'take over') self.skipWaiting();
  else event.waitUntil(keep(event.data.filter((name) => SHELL[name])).catch(() => {}));
});

async function shell(request) {
  const cache = await caches.open(VERSION);
  const name = request.mode === 'navigate' ? address('') : request;
  return (await cache.match(name, { ignoreSearch: true })) ?? (await caches.match(request, { cacheName: 'spoken' })) ?? fetch(request);
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin || event.request.method !== 'GET' || event.request.cache === 'no-store') return;
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
