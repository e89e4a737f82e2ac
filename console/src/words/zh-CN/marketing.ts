export default {
  findProduct: '搜索商品',
  searching: '搜索中…',
  noProduct: '没有找到商品',
};
