import { ApiResponse } from '@nestjs/swagger';
import { ProblemDto } from './problem.dto.js';

/** Documents an error answer of a route. */
export function ApiProblem(status: 400 | 404 | 409 | 422 | 503, description: string): MethodDecorator {
  return ApiResponse({ status, description, type: ProblemDto });
}
