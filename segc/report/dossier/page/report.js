"use strict";
(function () {
  var data = JSON.parse(document.getElementById("data").textContent);
  var root = document.documentElement, svg = document.querySelector(".view svg");
  var panel = document.getElementById("panel"), hits = document.getElementById("hits");
  var search = document.getElementById("search"), status = document.getElementById("status");
  var choose = ["mode", "owner", "level"].map(function (key) { return document.getElementById(key); });
  var things = {}, list = [];
  Array.prototype.forEach.call(svg.querySelectorAll("[data-key]"), function (node) {
    (things[node.dataset.key] = things[node.dataset.key] || []).push(node);
  });
  data.forEach(function (one) { list.push(one); one.words = one.words.toLowerCase(); });
  var byKey = {};
  list.forEach(function (one) { byKey[one.key] = one; });

  function make(tag, text, parent) {
    var node = document.createElement(tag);
    if (text) { node.textContent = text; }
    if (parent) { parent.appendChild(node); }
    return node;
  }
  function go(key, parent) {
    var button = make("button", byKey[key].name, parent);
    button.type = "button";
    button.addEventListener("click", function () { select(key, true); });
  }
  function select(key, show) {
    var one = byKey[key];
    Array.prototype.forEach.call(svg.querySelectorAll(".on"), function (node) { node.classList.remove("on"); });
    (things[key] || []).forEach(function (node) { node.classList.add("on"); });
    if (one.kind === "zone") {
      Array.prototype.forEach.call(svg.querySelectorAll(".edge"), function (node) {
        if (node.dataset.source === one.name || node.dataset.target === one.name) { node.classList.add("on"); }
      });
    }
    panel.textContent = "";
    make("h3", one.kind + " " + one.name, panel);
    if (one.title) { make("p", one.title, panel); }
    one.facts.forEach(function (fact) { make("p", fact, panel).className = "soft"; });
    one.lists.forEach(function (part) {
      make("p", part.title + ":", panel);
      var ul = make("ul", "", panel);
      part.items.forEach(function (item) {
        var li = make("li", "", ul);
        if (item.key && byKey[item.key]) { go(item.key, li); } else { make("code", item.text, li); }
        if (item.source) { make("code", " " + item.source, li).className = "place"; }
      });
    });
    make("code", one.source, panel).className = "place";
    if (document.getElementById(one.record)) {
      var link = make("a", "its record", make("p", "", panel));
      link.href = "#" + one.record;
    }
    if (show && things[key]) { things[key][0].scrollIntoView({ block: "nearest", inline: "center" }); }
  }
  function filter() {
    var text = search.value.trim().toLowerCase(), wanted = choose.map(function (one) { return one.value; });
    var counts = {}, found = [];
    list.forEach(function (one) {
      var fits = (!text || one.words.indexOf(text) >= 0) &&
        (!wanted[0] || one.mode === wanted[0]) && (!wanted[1] || one.owner === wanted[1]) &&
        (!wanted[2] || one.levels.indexOf(wanted[2]) >= 0);
      (things[one.key] || []).forEach(function (node) { node.classList.toggle("dim", !fits); });
      counts[one.kind] = counts[one.kind] || [0, 0];
      counts[one.kind][0] += fits ? 1 : 0;
      counts[one.kind][1] += 1;
      if (fits && text) { found.push(one); }
    });
    status.textContent = Object.keys(counts).map(function (kind) {
      return counts[kind][0] + " of " + counts[kind][1] + " " + kind + "s";
    }).join(", ");
    hits.textContent = "";
    found.slice(0, 12).forEach(function (one) { go(one.key, hits); });
    if (found.length > 12) { make("span", "and " + (found.length - 12) + " more", hits); }
  }
  svg.addEventListener("click", function (event) {
    var node = event.target.closest("[data-key]");
    if (node) { select(node.dataset.key, false); }
  });
  svg.addEventListener("keydown", function (event) {
    var node = event.target.closest("[data-key]");
    if (node && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); select(node.dataset.key, false); }
  });
  search.addEventListener("input", filter);
  choose.forEach(function (one) { one.addEventListener("change", filter); });
  document.getElementById("clear").addEventListener("click", function () {
    search.value = "";
    choose.forEach(function (one) { one.value = ""; });
    filter();
  });
  document.getElementById("fit").addEventListener("click", function (event) {
    var fits = !svg.classList.toggle("whole");
    event.currentTarget.setAttribute("aria-pressed", String(fits));
  });
  document.getElementById("theme").addEventListener("click", function () {
    var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  document.querySelectorAll(".needs-script").forEach(function (node) { node.hidden = false; });
  filter();
}());
