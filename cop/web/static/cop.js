/* cop: small comforts. Every page is complete without this file. */
"use strict";
(() => {
  const each = (select, act) => document.querySelectorAll(select).forEach(act);

  // An error summary takes the focus, so that it is read first.
  document.getElementById("errors")?.focus();

  // A device without Urdu letters gets ours when the page is painted; letters that no font has are all of one width.
  const naskh = document.currentScript?.dataset.naskh;
  const letters = () => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = "40px sans-serif";
    const [alef, sheen, tteh, rreh] = [..."اشٹڑ"].map((letter) => pen.measureText(letter).width);
    if (alef !== sheen && tteh !== rreh) return;
    const font = new FontFace("cop naskh", `local("Noto Naskh Arabic"), url(${naskh})`, { display: "swap" });
    font.load().then((ready) => document.fonts.add(ready), () => {});
  };
  if (naskh) addEventListener("load", () => setTimeout(letters));

  // A button that was pressed is not pressed twice; the server would not act twice either.
  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  addEventListener("pageshow", () => each("form[data-sent]", (form) => delete form.dataset.sent));

  // A link to a folded form opens it.
  const unfold = () => {
    const goal = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (goal && goal.tagName === "DETAILS") goal.open = true;
  };
  addEventListener("hashchange", unfold);
  unfold();

  // The attendance form: marks are kept on this device until they are saved, and leaving with unsaved marks is asked.
  each("form[data-keep]", (form) => {
    const key = "attendance-" + form.dataset.keep;
    const saved = form.dataset.saved;
    let changed = false;
    const marks = () => Object.fromEntries([...new FormData(form)].filter(([name]) => /^r-\d+$/.test(name)));
    try {
      const kept = JSON.parse(localStorage.getItem(key) || "null");
      // What was kept counts only while nobody has saved since.
      if (kept && kept.saved !== saved) localStorage.removeItem(key);
      else if (kept) {
        for (const [name, value] of Object.entries(kept.marks)) {
          const mark = form.querySelector(`input[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
          if (mark && !mark.checked) changed = mark.checked = true;
        }
      }
    } catch {
      // A forbidden store, or something else in it: the form works without.
    }
    form.addEventListener("change", () => {
      changed = true;
      try {
        localStorage.setItem(key, JSON.stringify({ saved, marks: marks() }));
      } catch {
        // A full or forbidden store.
      }
    });
    form.addEventListener("submit", () => {
      changed = false;
    });
    addEventListener("beforeunload", (event) => changed && event.preventDefault());
    // "All came" marks the rows here first; away ones are tapped, and one save sends all.
    const all = form.querySelector("button[name=all]");
    all?.addEventListener("click", (event) => {
      event.preventDefault();
      form.querySelectorAll("input[value=here]").forEach((mark) => (mark.checked = true));
      form.dispatchEvent(new Event("change"));
    });
  });

  // How many SMS an answer takes; the count on the server decides.
  const plain = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/;
  each("textarea[data-segments]", (box) => {
    const button = box.form.querySelector("button");
    const words = button.textContent;
    box.addEventListener("input", () => {
      const gsm = plain.test(box.value);
      const units = gsm ? box.value.length + (box.value.match(/[\^{}\\[~\]|€]/g) || []).length : box.value.length;
      const [one, more] = gsm ? [160, 153] : [70, 67];
      button.textContent = words.replace("1", units <= one ? 1 : Math.ceil(units / more));
    });
  });

  // A conversation opens at its newest text.
  each(".screen", (screen) => (screen.scrollTop = screen.scrollHeight));
})();
