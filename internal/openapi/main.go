// Command openapi prints the API's description, for the clients that are generated from it.
package main

import (
	"log"
	"os"

	"hutong/api"
	"hutong/api/storefront"
)

func main() {
	// Nobody is ever answered, so nothing stands behind the endpoints.
	a, err := api.New(api.Options{Storefront: new(storefront.Server)})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := os.Stdout.Write(append(a.OpenAPI(), '\n')); err != nil {
		log.Fatal(err)
	}
}
