// Reads the HTML of a mail and prints one JSON object: for each mail program what caniemail finds there, in order.
// "not": the program leaves it out; "partly": see caniemail.com; "unknown": nobody tried it there.
import { readFileSync } from "node:fs";
import { caniemail } from "caniemail";

const PROGRAMS = `
  apple-mail.macos apple-mail.ios gmail.desktop-webmail gmail.ios gmail.android gmail.mobile-webmail
  orange.desktop-webmail orange.ios orange.android outlook.windows outlook.windows-mail outlook.macos outlook.ios
  outlook.android yahoo.desktop-webmail yahoo.ios yahoo.android aol.desktop-webmail aol.ios aol.android
  samsung-email.android sfr.desktop-webmail sfr.ios sfr.android thunderbird.macos protonmail.desktop-webmail
  protonmail.ios protonmail.android hey.desktop-webmail mail-ru.desktop-webmail fastmail.desktop-webmail
  laposte.desktop-webmail`.trim().split(/\s+/);

/** The findings for one program. A property that is unknown there is taken out, since caniemail stops at it. */
function findings(program, html, found = new Set()) {
  try {
    const { issues } = caniemail({ clients: [program], html });
    for (const [kind, byProgram] of [["not", issues.errors], ["partly", issues.warnings]]) {
      for (const [, list] of byProgram) list.forEach(({ title }) => found.add(`${kind} ${title}`));
    }
    return [...found].sort();
  } catch (error) {
    const [, title] = /^Feature "(.+)" not found on /.exec(error.message) ?? [];
    const without = title && html.replace(new RegExp(`(?<=[";{\\s])${title}\\s*:[^;"}]*;?`, "g"), "");
    if (!title || without === html) throw error;
    return findings(program, without, found.add(`unknown ${title}`));
  }
}

const html = readFileSync(0, "utf8");
console.log(JSON.stringify(Object.fromEntries(PROGRAMS.map((program) => [program, findings(program, html)]))));
