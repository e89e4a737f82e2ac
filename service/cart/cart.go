// Package cart keeps what consumers mean to buy.
package cart
