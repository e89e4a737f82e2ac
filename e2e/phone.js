// What a person finds on the phone, by the names that they read. words are the phone's in the person's language.
const english = { pay: 'Pay', sheet: 'Confirm payment', panel: 'Settings and faults' };

export class Phone {
  constructor(page, words = english) {
    this.page = page;
    this.words = words;
    this.sheet = page.getByRole('dialog', { name: words.sheet });
    this.pay = this.sheet.getByRole('button', { name: words.pay, exact: true });
    this.panel = page.getByRole('complementary', { name: words.panel });
    this.panelOpener = page.getByRole('button', { name: words.panel });
  }

  // card is what the screen shows of an order: that it can be paid, or that it was.
  card(order) {
    return this.page.getByRole('tabpanel').getByRole('listitem').filter({ hasText: order.no });
  }

  opener(order) {
    return this.card(order).getByRole('button', { name: this.words.pay });
  }

  async openSheet(order) {
    await this.opener(order).click();
    await this.pay.waitFor();
  }

  // notifications are the panel's lines about an order; on a small screen they may be out of sight.
  notifications(order, outcome) {
    return this.page.locator('#deliveries > li').filter({ hasText: order.no }).filter({ hasText: outcome });
  }
}
