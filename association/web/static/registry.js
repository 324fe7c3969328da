/* registry.js: comforts only. Every page works without this file.
   1 problem answers · 2 copy buttons · 3 print buttons · 4 sent once */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");

  function problemPlace() { return document.getElementById("problem"); }

  /* Names from the server's list of errors are shown at the fields too, as a full page would. */
  function markFields(place) {
    place.querySelectorAll("a[href^='#f-']").forEach(function (link) {
      var input = document.getElementById(link.getAttribute("href").slice(1));
      if (!input || input.getAttribute("aria-invalid") === "true" || document.getElementById(input.id + "-error")) { return; }
      var note = document.createElement("p");
      note.className = "field__error field__error--late";
      note.id = input.id + "-late";
      note.textContent = link.textContent;
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", ((input.getAttribute("aria-describedby") || "") + " " + note.id).trim());
      (input.closest(".field__control") || input).insertAdjacentElement("beforebegin", note);
    });
  }

  function clearFields() {
    document.querySelectorAll(".field__error--late").forEach(function (note) {
      var input = document.getElementById(note.id.replace(/-late$/, ""));
      if (input) {
        input.removeAttribute("aria-invalid");
        var rest = (input.getAttribute("aria-describedby") || "").split(" ").filter(function (id) { return id !== note.id; });
        if (rest.join("")) { input.setAttribute("aria-describedby", rest.join(" ")); } else { input.removeAttribute("aria-describedby"); }
      }
      note.remove();
    });
  }

  function showProblem() {
    var place = problemPlace();
    if (place && place.firstElementChild) {
      markFields(place);
      place.focus({ preventScroll: true });
      place.scrollIntoView({ block: "start" });
    }
  }

  function say(text) {
    var place = problemPlace();
    if (!place || !text) { return; }
    var box = document.createElement("div");
    var line = document.createElement("p");
    box.className = "problem";
    box.id = "problem-body";
    line.className = "problem__title";
    line.textContent = text;
    box.appendChild(line);
    place.replaceChildren(box);
    showProblem();
  }

  /* 1 Refusals are swapped into #problem (see htmx-config in layout.html); an accepted change clears it. */
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target && event.detail.target.id === "problem") { showProblem(); }
  });
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.requestConfig.verb === "get") { return; }
    clearFields();
    var place = problemPlace();
    if (place) { place.replaceChildren(); }
  });
  document.addEventListener("htmx:responseError", function () {
    var place = problemPlace();
    if (place && !place.firstElementChild) { say(place.dataset.failed); }
  });
  document.addEventListener("htmx:sendError", function () {
    var place = problemPlace();
    say(place && place.dataset.offline);
  });
  showProblem();

  document.addEventListener("click", function (event) {
    /* 2 Copy a number; the button says so for two seconds. */
    var copy = event.target.closest("[data-copy]");
    if (copy && navigator.clipboard) {
      navigator.clipboard.writeText(copy.dataset.copy).then(function () {
        var word = copy.querySelector(".copy__word");
        var before = word.textContent;
        word.textContent = copy.dataset.copied;
        setTimeout(function () { word.textContent = before; }, 2000);
      });
    }
    /* 3 Print. */
    if (event.target.closest("[data-print]")) { window.print(); }
  });

  /* 4 A form that is on its way is not sent a second time (pages come back usable from the history). */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.closest("[hx-post],[hx-patch],[hx-put],[hx-delete]")) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(function () { delete form.dataset.sent; }, 4000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  if (!navigator.clipboard) { root.classList.add("no-clipboard"); }
}());
