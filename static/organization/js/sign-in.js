// One click fills in a demo login.
"use strict";
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-demo-login]");
  if (!button) return;
  const form = document.getElementById("login-form");
  form.elements.username.value = button.dataset.demoLogin;
  form.elements.password.value = "demo";
  form.querySelector("button[type='submit']").focus();
});
