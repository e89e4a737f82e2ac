// The console's desk: its address, and signing in to it, in whichever language the page speaks.

// password is everybody's in the demonstration.
export const password = 'red lanterns at dusk';

// desk is where the console of a demonstration is.
export const desk = (demo) => `${new URL(demo.shop).origin}/console/`;

// quiet is what may be refused when somebody comes who is not signed in yet: nobody knows them, and the password
// may be wrong once.
export const quiet = { refused: ['/console/v1/me', '/console/v1/session'] };

// enter fills in the page on which one signs in. Its inputs are found by what they are for, not by their labels.
export async function enter(page, { brand = 'casa-lido', email, password: words = password }) {
  await page.locator('input[name="brand"]').fill(brand);
  await page.locator('input[name="email"]').fill(email);
  await page.locator('input[name="password"]').fill(words);
  await page.locator('form button[type="submit"]').click();
}

// signIn signs a member of the demonstration's staff in, and waits for the page to which that leads: for the heading
// that is given, in whatever language it is, else for any.
export async function signIn(page, role = 'owner', heading = undefined) {
  await enter(page, { email: `${role}@casa-lido.example` });
  await page.locator('input[name="password"]').waitFor({ state: 'hidden' });
  await page.getByRole('heading', { level: 1, ...(heading && { name: heading, exact: true }) }).first().waitFor();
}

// choose picks an option of a field, or of the only one that has options.
export async function choose(within, field, option) {
  const page = within.page?.() ?? within;
  await within.locator('.el-select', { has: page.getByRole('combobox', field && { name: field }) }).last().click();
  await page.getByRole('option', { name: option }).click();
}
