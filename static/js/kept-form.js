// Keeps what is typed in a form while the connection is lost, in this tab alone and only until it
// is saved, thrown away or one logs out. Without it the form works as any other.
(() => {
  const prefix = "kept:";
  const secret = "csrfmiddlewaretoken";

  const values = (form) => [...new FormData(form)].filter(([name]) => name !== secret);

  const restore = (form, kept) => {
    for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
    for (const [name, value] of kept) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio" || field.type === "checkbox") {
          field.checked = field.value === value || (field.type === "checkbox" && value === "on");
        } else {
          field.value = value;
          if (value) field.closest("details")?.setAttribute("open", "");
        }
      }
    }
  };

  for (const done of document.querySelectorAll("[data-erase-kept]")) {
    sessionStorage.removeItem(prefix + done.dataset.eraseKept);
  }

  for (const form of document.querySelectorAll("form[data-erase-all]")) {
    form.addEventListener("submit", () => sessionStorage.clear());
  }

  for (const form of document.querySelectorAll("form[data-kept]")) {
    const key = prefix + form.dataset.kept;
    const offline = form.querySelector("[data-offline]");
    const restored = form.querySelector("[data-restored]");
    const kept = sessionStorage.getItem(key);
    // A form that the server sent back with errors holds what was typed already.
    if (kept && !document.getElementById("fel")) {
      restore(form, JSON.parse(kept));
      restored.hidden = false;
    }
    const keep = () => sessionStorage.setItem(key, JSON.stringify(values(form)));
    form.addEventListener("input", keep);
    form.querySelector("[data-forget]").addEventListener("click", () => {
      sessionStorage.removeItem(key);
      location.reload();
    });
    form.addEventListener("submit", (event) => {
      keep();
      offline.hidden = navigator.onLine;
      if (!navigator.onLine) {
        event.preventDefault();
        offline.scrollIntoView();
      }
    });
    addEventListener("online", () => {
      offline.hidden = true;
    });
  }
})();
