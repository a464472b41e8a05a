// The moderation queue by keyboard: keys count only while a comment of the queue has the focus, and
// never in a field (WCAG 2.1.4).
"use strict";

const queue = document.querySelector("[data-queue]");
const cards = [...queue?.children ?? []];

function press(card, key) {
  card.querySelector(`[data-key="${key}"]`)?.click();
  card.querySelector("details[open] select")?.focus();
}

queue?.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input, select, textarea")) return;
  const at = cards.findIndex((card) => card.contains(event.target));
  const key = event.key.toLowerCase();
  if (key === "j") cards[at + 1]?.focus();
  else if (key === "k") cards[at - 1]?.focus();
  else if (key === "p" || key === "d") press(cards[at], key);
  else return;
  event.preventDefault();
});

// After a decision the next one is at hand.
cards[0]?.focus();
