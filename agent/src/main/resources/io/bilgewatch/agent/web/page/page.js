// Keeps the page up to date by fetching it anew and changing what is different. All text comes escaped from the agent and is parsed as
// a document of its own, in which no script runs.
(() => {
  'use strict';
  const PERIOD = 5000;
  const PATIENCE = 10000;
  const TYPING = 150;
  const $ = (id) => document.getElementById(id);
  const main = $('main');
  const beat = $('beat');
  const pause = $('pause');
  const news = $('news');
  const own = document.querySelector('body > script').textContent;
  let last = Date.now();
  let next = 0;
  let typing = 0;
  let running = null;
  let lost = '';
  let paused = false;

  function isText(node) {
    return node.nodeType === Node.TEXT_NODE;
  }

  // What a person chose stays: an open fold, and a field that is being filled in.
  function copyState(from, to) {
    for (const {name, value} of to.attributes) {
      if (name !== 'open' && from.getAttribute(name) !== value) from.setAttribute(name, value);
    }
    for (const {name} of [...from.attributes]) {
      if (name !== 'open' && !to.hasAttribute(name)) from.removeAttribute(name);
    }
    if (from === document.activeElement || from.parentNode === document.activeElement) return;
    if (from.nodeName === 'INPUT') from.value = to.value;
    if (from.nodeName === 'OPTION') from.selected = to.selected;
  }

  function matching(at, node, known) {
    if (node.id) return known.get(node.id);
    return at && !at.id && at.nodeName === node.nodeName ? at : undefined;
  }

  function morph(from, to) {
    if (from.isEqualNode(to)) return;
    copyState(from, to);
    const known = new Map([...from.children].filter((one) => one.id).map((one) => [one.id, one]));
    let at = from.firstChild;
    for (const node of [...to.childNodes]) {
      const same = matching(at, node, known);
      if (!same || same.nodeName !== node.nodeName) {
        from.insertBefore(document.importNode(node, true), at);
        continue;
      }
      if (same === at) at = at.nextSibling;
      else from.insertBefore(same, at);
      if (!isText(same)) morph(same, node);
      else if (same.data !== node.data) same.data = node.data;
    }
    while (at) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
  }

  function firing(root) {
    return new Map([...root.querySelectorAll('[data-news]')].map((one) => [one.id, one.dataset.news]));
  }

  function say(text) {
    if (text && news.textContent !== text) news.textContent = text;
  }

  function tell(fresh) {
    const before = firing(main);
    const now = firing(fresh);
    const begun = [...now].filter(([id]) => !before.has(id)).map(([, text]) => text);
    const over = [...before].filter(([id]) => !now.has(id)).map(([, text]) => 'Over: ' + text);
    say([...begun, ...over].slice(0, 5).join('. '));
  }

  function apply(page, status) {
    const fresh = page.querySelector('main[data-live]');
    if (!fresh) throw new Error('it answers with ' + status);
    // The agent is another version: its style and script are, too.
    if (page.querySelector('body > script').textContent !== own) {
      location.reload();
      return;
    }
    const focus = document.activeElement;
    tell(fresh);
    morph(main, fresh);
    if (focus.isConnected && focus !== document.activeElement) focus.focus({preventScroll: true});
    document.title = page.title;
  }

  async function load() {
    if (running) running.abort();
    clearTimeout(next);
    const mine = new AbortController();
    running = mine;
    const timer = setTimeout(() => mine.abort(), PATIENCE);
    const began = performance.now();
    try {
      const answer = await fetch(location.href, {signal: mine.signal, cache: 'no-store'});
      const text = await answer.text();
      if (running !== mine) return;
      apply(new DOMParser().parseFromString(text, 'text/html'), answer.status);
      if (lost) say('The agent answers again.');
      lost = '';
      last = Date.now();
    } catch (error) {
      if (running !== mine) return;
      if (!lost) say('Lost contact with the agent.');
      lost = String(error.message || error);
    } finally {
      clearTimeout(timer);
      if (running === mine) {
        running = null;
        // An agent or a line that is slow is asked less often.
        plan(Math.max(PERIOD, 10 * (performance.now() - began)));
      }
    }
  }

  function plan(wait) {
    clearTimeout(next);
    show();
    if (!paused && !document.hidden) next = setTimeout(load, Math.min(wait, 60000));
  }

  function show() {
    const ago = Math.round((Date.now() - last) / 1000) + ' s ago';
    const text = lost ? 'Lost contact. Last update ' + ago : (paused ? 'Paused. Last update ' : 'Live. Updated ') + ago;
    if (beat.textContent !== text) beat.textContent = text;
    beat.title = lost;
    document.documentElement.classList.toggle('lost', lost !== '');
  }

  function go(address, keep) {
    if (keep) history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    load();
  }

  function addressOf(form, changed) {
    const wanted = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      // Each way to sort has a direction of its own.
      if (value && !(name === 'order' && changed === 'sort')) wanted.append(name, value);
    }
    const text = wanted.toString();
    return form.getAttribute('action') + (text && '?' + text);
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-go]');
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(link.href, true);
  });
  document.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(typing);
    go(addressOf(event.target), true);
  });
  document.addEventListener('input', (event) => {
    const form = event.target.form;
    if (!form) return;
    clearTimeout(typing);
    const changed = event.target.name;
    typing = setTimeout(() => go(addressOf(form, changed), false), TYPING);
  });
  document.addEventListener('visibilitychange', () => (document.hidden || paused ? plan(PERIOD) : load()));
  addEventListener('popstate', load);
  pause.addEventListener('click', () => {
    paused = !paused;
    pause.textContent = paused ? 'Go on' : 'Pause';
    if (paused) plan(PERIOD);
    else load();
  });

  pause.hidden = false;
  document.documentElement.classList.add('script');
  setInterval(show, 1000);
  plan(PERIOD);
})();
