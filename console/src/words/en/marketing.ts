export default {
  findProduct: 'Find a product',
  searching: 'Looking …',
  noProduct: 'No product is called so',
};
