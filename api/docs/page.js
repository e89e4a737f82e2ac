// Two things are drawn otherwise than Swagger UI does, so that everybody can use them: the path of an
// operation was a link inside a button (the address follows what is opened all the same), and the one server
// was a choice without a name.
const drawn = ({ React }) => ({
  components: {
    DeepLink: ({ text }) => React.createElement("span", null, text),
    ServersContainer: ({ specSelectors }) => React.createElement("code", null, specSelectors.servers().first().get("url")),
  },
});

SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  plugins: [drawn],
  syntaxHighlight: { theme: "tomorrow-night" }, // the usual one has numbers too dark to be read
  validatorUrl: null,
});
