// Command openapi prints the API's description, for the clients that are generated from it: the storefront's,
// or with the argument console the one that staff call.
package main

import (
	"log"
	"os"

	"hutong/api"
	"hutong/api/console"
	"hutong/api/storefront"
)

func main() {
	// Nobody is ever answered, so nothing stands behind the endpoints.
	a, err := api.New(api.Options{Storefront: new(storefront.Server), Console: new(console.Server)})
	if err != nil {
		log.Fatal(err)
	}
	describe := a.OpenAPI
	if len(os.Args) > 1 && os.Args[1] == "console" {
		describe = a.ConsoleOpenAPI
	}
	description, err := describe()
	if err != nil {
		log.Fatal(err)
	}
	if _, err := os.Stdout.Write(append(description, '\n')); err != nil {
		log.Fatal(err)
	}
}
