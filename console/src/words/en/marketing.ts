export default {
  findProduct: 'Find a product',
  searching: 'Looking …',
  noProduct: 'No product is called so',
  lookAtFields: 'Please look at the marked fields.',
};
