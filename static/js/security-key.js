// Adds a security key, or proves who one is with it. Works on a form with data-security-key
// "create" or "get" and what the server asks for in data-options; its button is shown only here,
// since nothing of this works without script.
(() => {
  const form = document.querySelector("form[data-security-key]");
  if (!form) return;
  const button = form.querySelector("[data-use-key]");
  const fault = form.querySelector("[data-key-fault]");
  if (!window.PublicKeyCredential) {
    fault.hidden = false;
    return;
  }

  const bytes = (text) => {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
  const withBytes = (key) => ({ ...key, id: bytes(key.id) });

  const ask = async (kind, wanted) => {
    const publicKey = { ...wanted.publicKey, challenge: bytes(wanted.publicKey.challenge) };
    if (kind === "create") {
      publicKey.user = withBytes(publicKey.user);
      publicKey.excludeCredentials = (publicKey.excludeCredentials || []).map(withBytes);
      return navigator.credentials.create({ publicKey });
    }
    publicKey.allowCredentials = (publicKey.allowCredentials || []).map(withBytes);
    return navigator.credentials.get({ publicKey });
  };

  const asData = (credential) => {
    const response = {};
    for (const name of [
      "clientDataJSON",
      "attestationObject",
      "authenticatorData",
      "signature",
      "userHandle",
    ]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  };

  button.hidden = false;
  button.addEventListener("click", async () => {
    fault.hidden = true;
    try {
      const options = JSON.parse(form.dataset.options);
      const kind = form.dataset.securityKey;
      const wanted = kind === "create" ? options.creation_options : options.request_options;
      const credential = await ask(kind, wanted);
      form.elements.credential.value = JSON.stringify(asData(credential));
      form.submit();
    } catch {
      fault.hidden = false;
    }
  });
})();
