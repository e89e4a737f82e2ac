package api_test

import (
	"testing"

	"go.uber.org/goleak"
)

// The search index of the catalogue starts its workers with the process.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreCurrent(),
		goleak.IgnoreAnyFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker")) // started by importing bleve
}
