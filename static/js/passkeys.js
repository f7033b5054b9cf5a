// Asks the browser for a passkey and sends its answer as an ordinary form. Without this script the password stays.
const form = document.getElementById("q-passkey");
const button = form?.querySelector("[data-start]");
const failed = form?.querySelector("[role=alert][hidden]");

async function start() {
  if (!form.reportValidity()) return;
  failed.hidden = true;
  const { publicKey } = JSON.parse(form.dataset.options);
  try {
    const credential = form.dataset.ceremony === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    // turned down by the person, or by the device: the page says so and all else stays as it is
    failed.hidden = false;
  }
}

if (form && window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  form.hidden = false;
  button.disabled = false;
  button.addEventListener("click", start);
}
