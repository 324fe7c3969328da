/* registry.js: comforts only. Every page works without this file.
   1 problem answers · 2 copy buttons · 3 print buttons · 4 sent once · 5 completion in a search box
   6 where the focus goes when a link changed a part of the page */
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
  document.addEventListener("htmx:sendError", function (event) {
    /* What a page asks for by itself, now and then, fails quietly: the next question will be answered. */
    if (event.detail.elt && event.detail.elt.closest("[data-quiet]")) { return; }
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

  /* 5 A box with data-suggest completes what is typed: the combobox of the ARIA practices, with a list.
     Down and Up go through the list, Enter takes, Escape closes, and the form is sent as ever without any of it. */
  function combobox(input) {
    var kinds = new Map((input.dataset.kinds || "").split(";").map(function (pair) { return pair.split("="); }));
    var list = document.createElement("ul");
    var said = document.createElement("p");
    var control = input.closest(".field__control");
    var typed = input.value;
    var chosen = -1;
    var waiting = 0;
    var asked = null;
    list.id = input.id + "-options";
    list.className = "options";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.dataset.list);
    list.hidden = true;
    said.className = "visually-hidden";
    said.setAttribute("role", "status");
    control.append(list, said);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    function close() {
      list.hidden = true;
      chosen = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function stop() {
      clearTimeout(waiting);
      if (asked) { asked.abort(); asked = null; }
    }

    function choose(place) {
      var options = list.children;
      if (options[chosen]) { options[chosen].setAttribute("aria-selected", "false"); }
      /* One place beyond the ends is the text as it was typed. */
      chosen = place < -1 ? options.length - 1 : place >= options.length ? -1 : place;
      if (chosen < 0) {
        input.removeAttribute("aria-activedescendant");
        input.value = typed;
        return;
      }
      options[chosen].setAttribute("aria-selected", "true");
      options[chosen].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[chosen].id);
      input.value = options[chosen].dataset.text;
    }

    function take(option) {
      stop();
      input.value = option.dataset.text;
      close();
      input.form.requestSubmit();
    }

    function show(items) {
      list.replaceChildren();
      items.forEach(function (item, place) {
        var option = document.createElement("li");
        var text = document.createElement("span");
        var kind = document.createElement("span");
        option.id = list.id + "-" + place;
        option.className = "options__one";
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.text = item.text;
        text.textContent = item.text;
        kind.className = "options__kind";
        kind.textContent = kinds.get(item.kind) || "";
        option.append(text, " ", kind);
        list.append(option);
      });
      chosen = -1;
      input.removeAttribute("aria-activedescendant");
      list.hidden = !items.length;
      input.setAttribute("aria-expanded", items.length ? "true" : "false");
      said.textContent = items.length ? input.dataset.said.replace("{count}", items.length) : input.dataset.none;
    }

    function ask() {
      var control = new AbortController();
      asked = control;
      fetch(input.dataset.suggest + (input.dataset.suggest.includes("?") ? "&q=" : "?q=") + encodeURIComponent(typed), { signal: control.signal, headers: { Accept: "application/json" } })
        .then(function (answer) { return answer.ok ? answer.json() : { items: [] }; })
        .then(function (answer) { if (asked === control && document.activeElement === input) { show(answer.items); } })
        .catch(function () { if (asked === control) { close(); } });
    }

    input.addEventListener("input", function (event) {
      typed = input.value;
      stop();
      if (event.isComposing) { return; }
      if (!typed.trim()) { close(); return; }
      waiting = setTimeout(ask, 120);
    });
    input.addEventListener("compositionend", function () {
      typed = input.value;
      stop();
      waiting = setTimeout(ask, 120);
    });
    input.addEventListener("keydown", function (event) {
      if (event.isComposing || event.keyCode === 229) { return; }
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (list.hidden) { if (typed.trim()) { ask(); } } else { choose(chosen + (event.key === "ArrowDown" ? 1 : -1)); }
        event.preventDefault();
      } else if (event.key === "Enter" && !list.hidden && chosen >= 0) {
        event.preventDefault();
        take(list.children[chosen]);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        stop();
        input.value = typed;
        close();
      }
    });
    input.addEventListener("blur", function () { stop(); close(); });
    /* The list must not take the focus, else it would be gone before it is clicked. */
    list.addEventListener("mousedown", function (event) { event.preventDefault(); });
    list.addEventListener("click", function (event) {
      var option = event.target.closest("[role=option]");
      if (option) { take(option); }
    });
  }
  document.querySelectorAll("input[data-suggest]").forEach(combobox);

  /* 6 The link that was followed is gone with what it stood in: the focus goes to the heading of what came, which says what
     came. (Back and forward load the page anew, see htmx-config in layout.html.) */
  document.addEventListener("htmx:afterSettle", function (event) {
    var heading = event.detail.elt && event.detail.elt.querySelector ? event.detail.elt.querySelector("[data-arrive]") : null;
    if (heading) { heading.focus(); }
  });

  if (!navigator.clipboard) { root.classList.add("no-clipboard"); }
}());
