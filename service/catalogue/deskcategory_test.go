package catalogue_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"hutong/model"
	"hutong/service/catalogue"
)

func TestTheTreeOfCategories(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		shelf := func(name, parent string) {
			t.Helper()
			s.keys++
			in := catalogue.NewCategory{Slug: name, Parent: parent, CategoryInput: catalogue.CategoryInput{Name: text(strings.ToUpper(name))}}
			if _, err := s.CreateCategory(s.ctx, fmt.Sprintf("category-%04d", s.keys), in); err != nil {
				t.Fatal(err)
			}
		}
		move := func(name, parent, before string) error {
			_, err := s.MoveCategory(s.ctx, name, catalogue.CategoryPlace{Parent: parent, Before: before})
			return err
		}
		check := func(want string) {
			t.Helper()
			tree, err := s.DeskCategories(s.ctx)
			if got := drawn(tree); err != nil || got != want {
				t.Errorf("%s, want %s; %v", got, want, err)
			}
		}
		shelf("a", "")
		shelf("b", "")
		shelf("c", "")
		shelf("a1", "a")
		check("a(a1) b c")
		if err := errors.Join(move("c", "", "a"), move("b", "a", "a1")); err != nil {
			t.Fatal(err)
		}
		check("c a(b a1)")
		for name, err := range map[string]error{
			"below itself": move("a", "b", ""), "nowhere": move("a", "x", ""), "before what is elsewhere": move("a1", "", "b"),
		} {
			if !errors.Is(err, model.ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := s.RemoveCategory(s.ctx, "a"); !errors.Is(err, model.ErrCategoryInUse) {
			t.Errorf("with some below it: %v", err)
		}
		in := ring("ring")
		in.Categories = []string{"c"}
		s.create(in)
		if _, err := s.RemoveCategory(s.ctx, "c"); !errors.Is(err, model.ErrCategoryInUse) {
			t.Errorf("with a product: %v", err)
		}
		if _, err := s.RemoveCategory(s.ctx, "b"); err != nil {
			t.Error(err)
		}
		check("c a(a1)")
		tree, err := s.ChangeCategory(s.ctx, "a1", catalogue.CategoryInput{Name: text("Other"), Published: true})
		if err != nil || tree[1].Children[0].Name["en"] != "Other" || !tree[1].Children[0].Published || tree[0].Products != 1 {
			t.Errorf("%+v, %v", tree, err)
		}
		s.keys++
		_, err = s.CreateCategory(s.ctx, "category-taken", catalogue.NewCategory{Slug: "a", CategoryInput: catalogue.CategoryInput{Name: text("A")}})
		if !errors.Is(err, model.ErrCategoryTaken) {
			t.Errorf("%v", err)
		}
		if _, err := s.ChangeCategory(s.ctx, "x", catalogue.CategoryInput{Name: text("X")}); !errors.Is(err, model.ErrCategoryNotFound) {
			t.Errorf("%v", err)
		}
		if got := slices.Compact(s.actions()); !slices.Contains(got, "category.move") || !slices.Contains(got, "category.remove") {
			t.Errorf("%v", got)
		}
	})
}

func drawn(tree []catalogue.DeskCategory) string {
	var all []string
	for _, c := range tree {
		name := c.Slug
		if len(c.Children) > 0 {
			name += "(" + drawn(c.Children) + ")"
		}
		all = append(all, name)
	}
	return strings.Join(all, " ")
}
