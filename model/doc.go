// Package model has what is persisted: the types, the tables of their states, money, errors. It imports the
// standard library alone, and everything else in the project may import it.
package model
