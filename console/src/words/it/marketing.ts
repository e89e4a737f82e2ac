export default {
  findProduct: 'Cerca un prodotto',
  searching: 'Ricerca …',
  noProduct: 'Nessun prodotto si chiama così',
};
