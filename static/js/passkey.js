// Passkeys: the form with a field "credential" asks the device before it is sent. Where they cannot work, it says why.
const form = document.querySelector('input[name="credential"]').form;
const button = form.querySelector("button:not([type=button])");
const why = form.querySelector("[data-passkey-why]");
const given = document.getElementById("passkey");

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const known = (list) => (list ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

/** A sentence when passkeys cannot work here: browsers want https and a name, or localhost. */
function obstacle() {
  const { hostname } = location;
  if (/^[\d.]+$|:/.test(hostname)) {
    return hostname === "127.0.0.1" && isSecureContext
      ? "Passkeys do not work under 127.0.0.1. Open this page as localhost; everything else works here."
      : "Passkeys need an address with https and a name. Everything else works here.";
  }
  if (!isSecureContext) return "Passkeys need https. Everything else works here.";
  return window.PublicKeyCredential ? "" : "This browser has no passkeys. Everything else works here.";
}

async function make({ publicKey }) {
  const selection = { ...publicKey.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" };
  const key = await navigator.credentials.create({
    publicKey: {
      ...publicKey, authenticatorSelection: selection, challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) }, excludeCredentials: known(publicKey.excludeCredentials),
    },
  });
  const { attestationObject, clientDataJSON } = key.response;
  return told(key, { attestationObject: text(attestationObject), clientDataJSON: text(clientDataJSON) });
}

async function show({ publicKey }) {
  const key = await navigator.credentials.get({
    publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: known(publicKey.allowCredentials) },
  });
  const { authenticatorData, clientDataJSON, signature, userHandle } = key.response;
  return told(key, {
    authenticatorData: text(authenticatorData), clientDataJSON: text(clientDataJSON), signature: text(signature),
    userHandle: userHandle ? text(userHandle) : null,
  });
}

const told = (key, response) => ({
  id: key.id, rawId: text(key.rawId), type: key.type, response, clientExtensionResults: key.getClientExtensionResults(),
});

/** What the server asks the device: written on the page, or fetched when the button is pressed. */
async function asked() {
  if (given) return JSON.parse(given.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("The server did not answer. Try again in a minute.");
  return answer.json();
}

function say(sentence) {
  why.textContent = sentence;
  why.hidden = false;
  document.getElementById("live").textContent = sentence;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  try {
    const { creation_options: creation, request_options: request } = await asked();
    form.elements.credential.value = JSON.stringify(creation ? await make(creation) : await show(request));
    form.submit();
  } catch (error) {
    button.disabled = false;
    say({
      NotAllowedError: "Your device did not confirm. Try again, or go another way.",
      InvalidStateError: "This device has a passkey for your account already.",
    }[error.name] ?? error.message);
  }
});

form.hidden = false;
const problem = obstacle();
if (problem) {
  button.disabled = true;
  why.textContent = problem;
  why.hidden = false;
}
