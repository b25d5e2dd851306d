// Puts into the first questions what the browser knows better than the languages it asks for: its time zone, and the
// currency that is paid there. A form that was sent keeps what it has.
(() => {
  const form = document.querySelector("form[data-company]")
  const zones = form?.elements.time_zone
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  if (!zones || ![...zones.options].some((option) => option.value === zone)) return
  zones.value = zone
  const currency = JSON.parse(document.getElementById("currencies").dataset.byZone)[zone]
  if (currency) form.elements.currency.value = currency
})()
