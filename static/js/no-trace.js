// htmx notes the page's address in the browser when it loads, for a history that the portal does
// not use. Reading the portal is to leave nothing behind, so the note is taken away at once.
try {
  sessionStorage.removeItem("htmx-current-path-for-history");
} catch {
  // The browser keeps no storage at all: then there is nothing to take away.
}
