import { reportError } from '@sluice/resolver/report';
import { Component, type ComponentType, type ReactNode } from 'react';

export interface MfeErrorBoundaryProps {
  readonly children?: ReactNode;
  /** Shown instead of an app that failed. */
  readonly fallback?: ReactNode;
  /** Called instead of reporting. */
  readonly onCaught?: (error: unknown) => void;
}

/** An error boundary that reports what an app throws while it renders; the rest of the page lives on. */
export function createMfeErrorBoundary(app: string): ComponentType<MfeErrorBoundaryProps> {
  return class MfeErrorBoundary extends Component<MfeErrorBoundaryProps, { readonly failed: boolean }> {
    override readonly state = { failed: false };

    static getDerivedStateFromError(): { readonly failed: boolean } {
      return { failed: true };
    }

    override componentDidCatch(error: unknown): void {
      if (this.props.onCaught) this.props.onCaught(error);
      else reportError(app, error);
    }

    override render(): ReactNode {
      return this.state.failed ? this.props.fallback : this.props.children;
    }
  };
}
