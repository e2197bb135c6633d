import { Navigate, Route, Router } from "@solidjs/router";
import { lazy } from "solid-js";

const LoginPage = lazy(() => import("../sign-in/login-page.tsx"));
const RegisterPage = lazy(() => import("../sign-in/register-page.tsx"));
const ChatPage = lazy(() => import("./chat-page.tsx"));
const NotFoundPage = lazy(() => import("./not-found-page.tsx"));

/** The routes of the page. */
export function App() {
  return (
    <Router>
      <Route path="/" component={() => <Navigate href="/chat" />} />
      <Route path="/login" component={LoginPage} />
      <Route path="/register" component={RegisterPage} />
      <Route path="/chat/:id?" component={ChatPage} />
      <Route path="*" component={NotFoundPage} />
    </Router>
  );
}
