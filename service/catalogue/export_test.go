package catalogue

import (
	"context"
	"errors"

	"hutong/model"
)

// RunImport runs the job of an import, in a ctx that a test can end.
func (s *Service) RunImport(ctx context.Context, j model.Job) error { return s.runImport(ctx, j) }

// FailImport ends an import that cannot go on for a reason which is none of its file's.
func (s *Service) FailImport(ctx context.Context, no string) error {
	i, err := importOf(s.db.Read(ctx), no)
	if err != nil {
		return err
	}
	return s.endImport(ctx, i, model.ImportFailed, errors.New("the disk is full"))
}
