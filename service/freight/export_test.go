package freight

// Price prices a draft without a database.
var Price = price
