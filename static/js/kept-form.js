// Keeps what is typed in this page's forms, in this tab alone: a link that is followed and Back, a lost
// connection or a browser that gives a page back empty lose nothing. It is bound to who is logged in,
// and goes when it is sent, thrown away, or the login ends. Without it the forms work as any other.
//
// The block #kept (components/kept_form.html) says whose page it is and for how long to keep. On a page
// for a fault it says so: what was sent there has not come in.
(() => {
  const settings = document.getElementById("kept");
  if (!settings) return;
  const { person, seconds, discard, posted } = settings.dataset;
  const nobody = person === "";
  const resident = "resident";
  const prefix = "kept:";
  const unkept = new Set(["csrfmiddlewaretoken", "typed_by"]);
  const untyped = new Set(["hidden", "submit", "button", "reset", "image"]);

  let storage;
  try {
    storage = window.sessionStorage;
  } catch {
    return; // The browser keeps nothing.
  }

  const keys = () => Object.keys(storage).filter((key) => key.startsWith(prefix));

  const read = (key) => {
    try {
      return JSON.parse(storage.getItem(key));
    } catch {
      return null;
    }
  };

  const write = (key, entry) => {
    try {
      storage.setItem(key, JSON.stringify(entry));
    } catch {
      // There is no room: then it isn't kept.
    }
  };

  const isSecret = (field) =>
    field.type === "password" || field.type === "file" || field.autocomplete === "one-time-code";

  const fieldsOf = (form) =>
    [...form.elements].filter(
      (field) => field.name && !unkept.has(field.name) && !isSecret(field) && field.type !== "submit",
    );

  const isTyped = (field) => !untyped.has(field.type) && field.tagName !== "FIELDSET";

  const valuesOf = (form) => {
    const values = {};
    for (const field of fieldsOf(form)) {
      const chosen = [];
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.checked) chosen.push(field.value);
      } else if (field.type === "select-multiple") {
        chosen.push(...[...field.selectedOptions].map((option) => option.value));
      } else {
        chosen.push(field.value);
      }
      values[field.name] = [...(values[field.name] ?? []), ...chosen];
    }
    return values;
  };

  const restore = (form, values) => {
    const left = structuredClone(values);
    for (const field of fieldsOf(form)) {
      if (!(field.name in values)) continue;
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = values[field.name].includes(field.value);
      } else if (field.type === "select-multiple") {
        for (const option of field.options) {
          option.selected = values[field.name].includes(option.value);
        }
      } else {
        field.value = left[field.name].shift() ?? field.value;
      }
      if (isTyped(field) && values[field.name].some((value) => value)) {
        field.closest("details")?.setAttribute("open", "");
      }
    }
  };

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const hasFault = document.querySelector("#fel, #steg, .notices .notice-missed") !== null;
  const isDone = document.querySelector(".notices .notice-done, [data-receipt]") !== null;
  const here = location.pathname + location.search;

  // What was sent has come in when another page than its form's own answers it without a fault. A page
  // that is merely gone to, after an answer that never came, answers nothing.
  const hasComeIn = (key, entry) =>
    entry.sent &&
    !hasFault &&
    (isDone || (document.referrer === entry.page && !key.endsWith(`:${here}`)));

  if ("fault" in settings.dataset) {
    const markAs = (sent) => {
      for (const key of keys()) {
        if (key.endsWith(`:${here}`)) write(key, { ...read(key), sent, page: location.href });
      }
    };
    markAs(false);
    document.querySelector("main form")?.addEventListener("submit", () => markAs(true));
    return;
  }

  const tidy = () => {
    for (const key of keys()) {
      const entry = read(key);
      const owner = key.split(":")[1];
      const isForeign = nobody || (person !== resident && ![person, resident].includes(owner));
      const isOld = !entry || entry.at + seconds * 1000 < Date.now();
      if (isForeign || isOld || hasComeIn(key, entry)) storage.removeItem(key);
    }
  };
  tidy();

  // Back gives an open form as it was left, even when it has been sent since: it is fetched anew, and
  // what is kept is put into it.
  if (person === resident) {
    const renew = () => location.replace(posted || here);
    addEventListener("pageshow", (event) => event.persisted && renew());
    if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") {
      renew();
      return;
    }
  }

  setTimeout(tidy, Math.min(seconds * 1000 + 1000, 2 ** 31 - 1));
  for (const form of document.querySelectorAll("form[data-erase-all]")) {
    form.addEventListener("submit", () => storage.clear());
  }
  if (nobody) return;

  // Back to the answer of a form would ask for the form to be sent again, or show nothing at all.
  if (posted) history.replaceState(null, "", posted);

  const keep = (form) => {
    const address = new URL(form.getAttribute("action") || location.href, location.href);
    const key = `${prefix}${person}:${address.pathname}${address.search}`;
    const restored = settings.querySelector("[data-restored]").cloneNode(true);
    const offline = settings.querySelector("[data-offline]").cloneNode(true);
    const fresh = valuesOf(form);
    const entry = read(key);
    form.prepend(restored);
    form.append(offline);
    const store = (sent) => {
      const page = location.href.split("#")[0];
      write(key, { at: Date.now(), sent, page, values: valuesOf(form) });
    };
    const forget = () => storage.removeItem(key);
    if (posted && (entry ? entry.sent : hasFault)) {
      store(false); // The server gave back what was typed, and knows it better.
    } else if (entry && !same(entry.values, fresh)) {
      restore(form, entry.values);
      restored.hidden = false;
      write(key, { ...entry, sent: false });
    }
    form.addEventListener("input", () => store(false));
    form.addEventListener("change", () => store(false));
    restored.querySelector("[data-forget]").addEventListener("click", () => {
      forget();
      location.reload();
    });
    form.addEventListener("submit", (event) => {
      store(navigator.onLine);
      offline.hidden = navigator.onLine;
      if (!navigator.onLine) {
        event.preventDefault();
        offline.scrollIntoView();
      }
    });
    addEventListener("online", () => {
      offline.hidden = true;
    });
    for (const link of form.querySelectorAll(".actions a")) {
      link.addEventListener("click", (event) => {
        const isDirty = !same(valuesOf(form), fresh) || (hasFault && posted);
        if (isDirty && !confirm(discard)) event.preventDefault();
        else forget();
      });
    }
  };

  const seen = new Set();
  for (const form of document.querySelectorAll("main form[method=post]:not([data-unkept])")) {
    const address = form.getAttribute("action") || here;
    // Of several forms that are sent to one address the first is kept: they would be mixed up.
    if (!seen.has(address) && fieldsOf(form).some(isTyped)) keep(form);
    seen.add(address);
  }
})();
