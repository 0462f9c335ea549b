// Where this computer says it is: filled in for new people, offered to others who chose another place.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const input of document.querySelectorAll("input[data-zone]")) input.value = zone;

const offer = document.querySelector("[data-zone-offer]");
const select = document.getElementById(offer?.dataset.zoneOffer);
if (select && select.value !== zone && [...select.options].some((option) => option.value === zone)) {
  offer.append(`Use ${zone.replaceAll("_", " ")}, as this device says`);
  offer.hidden = false;
  offer.addEventListener("click", () => {
    select.value = zone;
    offer.hidden = true;
    select.focus();
  });
}
